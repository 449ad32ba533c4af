//! The Rust implementation of wRPC as a client or a server of ../../wit: see ../../../README.md for how it is called.

mod client;
mod server;

mod bindings {
    wit_bindgen_wrpc::generate!({ world: "rust-client", path: "../../wit" });
    pub mod server {
        wit_bindgen_wrpc::generate!({ world: "rust-server", path: "../../wit" });
    }
}

mod called {
    use crate::bindings::wasmcloud_interop::suite::types::*;
    use bytes::Bytes;
    include!("values.rs");
}

mod served {
    pub use crate::bindings::server::exports::wasmcloud_interop::suite::types::*;
    use bytes::Bytes;
    include!("values.rs");
}

use core::time::Duration;
use std::path::PathBuf;

use anyhow::{bail, Context as _};
use tokio::net::{TcpListener, UnixListener};
use wrpc_transport::frame::{self, Accept};

const PREFIX: &str = "interop";

/// Of a stream that is sent.
const PIECE: usize = 4000;

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i * 7 % 251) as u8).collect()
}

async fn connect(url: &str) -> anyhow::Result<async_nats::Client> {
    async_nats::connect(url).await.context("NATS")
}

async fn nats_client(url: &str) -> anyhow::Result<wrpc_transport_nats::Client> {
    wrpc_transport_nats::Client::new(connect(url).await?, PREFIX, None).await
}

async fn serve_nats(url: &str) -> anyhow::Result<()> {
    let nats = connect(url).await?;
    let group = Some(PREFIX.into());
    let client = wrpc_transport_nats::Client::new(nats.clone(), PREFIX, group).await?;
    server::serve(&client, async {
        nats.flush().await?;
        println!("ready {url}");
        Ok(())
    })
    .await
}

/// The same for all listeners of frames. `address` is how a client reaches it.
async fn serve_framed<L>(listener: L, address: &str) -> anyhow::Result<()>
where
    for<'a> &'a L: Accept<Context = L::Context, Outgoing = L::Outgoing, Incoming = L::Incoming>,
    L: Accept,
{
    let transport = wrpc_transport::Server::default();
    let accepting = async {
        loop {
            if let Err(error) = transport.accept(&listener).await {
                eprintln!("accept: {error:#}");
            }
        }
    };
    let serving = server::serve(&transport, async {
        println!("ready {address}");
        Ok(())
    });
    tokio::select! {
        ended = serving => ended,
        () = accepting => Ok(()),
    }
}

async fn serve_tcp(address: &str) -> anyhow::Result<()> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?.to_string();
    serve_framed(listener, &address).await
}

#[tokio::main]
async fn run() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve", "nats", url] => serve_nats(url).await,
        ["serve", "tcp", address] => serve_tcp(address).await,
        ["serve", "unix", path] => serve_framed(UnixListener::bind(path)?, path).await,
        ["call", transport, address, milliseconds, ..] => {
            let patience = Duration::from_millis(milliseconds.parse()?);
            let wanted = &arguments[4..];
            match *transport {
                "nats" => client::run(&nats_client(address).await?, patience, wanted).await,
                "unix" => {
                    let unix = frame::unix::Client::from(PathBuf::from(address));
                    client::run(&unix, patience, wanted).await
                }
                _ => {
                    let tcp = frame::tcp::Client::from(address.to_string());
                    client::run(&tcp, patience, wanted).await
                }
            }
        }
        _ => bail!("usage: see tests/interop/README.md"),
    }
}

/// What the bindings make of so many functions at once takes more stack than a main thread has.
fn main() -> anyhow::Result<()> {
    let run = std::thread::Builder::new().stack_size(256 << 20).spawn(run)?;
    run.join().expect("it does not panic")
}
