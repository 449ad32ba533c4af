//! `echo` of the Rust implementation of wRPC, to be measured: `serve` and `bench` of ../../../README.md.

mod bench;

mod bindings {
    wit_bindgen_wrpc::generate!({ world: "echo", path: "../../wit" });
}

use core::future::Future;
use core::time::Duration;
use std::sync::Arc;

use anyhow::{bail, Context as _};
use bytes::Bytes;
use futures::stream::select_all;
use futures::StreamExt as _;
use tokio::net::TcpListener;
use wrpc_transport::Serve;

const PREFIX: &str = "interop";

#[derive(Clone)]
struct Server;

impl<C: Send> bindings::exports::wasmcloud_interop::suite::calls::Handler<C> for Server {
    async fn nothing(&self, _: C) -> anyhow::Result<()> {
        Ok(())
    }

    async fn greet(&self, _: C) -> anyhow::Result<String> {
        Ok("hello".into())
    }

    async fn take(&self, _: C, _: String) -> anyhow::Result<()> {
        Ok(())
    }

    async fn fails(&self, _: C, _: String) -> anyhow::Result<u32> {
        bail!("it always does")
    }

    async fn hangs(&self, _: C, _: String) -> anyhow::Result<u32> {
        bail!("it is not here for that")
    }

    async fn echo(&self, _: C, data: Bytes) -> anyhow::Result<Bytes> {
        Ok(data)
    }
}

async fn serve<S: Serve>(
    transport: &S,
    listening: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()>
where
    S::Context: Send + Sync + 'static,
{
    let invocations = bindings::serve(transport, Server).await?;
    listening.await?;
    let mut invocations = select_all(invocations.into_iter().map(|(_, _, each)| each));
    while let Some(invocation) = invocations.next().await {
        tokio::spawn(async move {
            // A client that leaves at the end of its time is no failure.
            if let Ok(invocation) = invocation {
                let _ = invocation.await;
            }
        });
    }
    bail!("no more invocations come")
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
    serve(&client, async {
        nats.flush().await?;
        println!("ready {url}");
        Ok(())
    })
    .await
}

async fn serve_tcp(address: &str) -> anyhow::Result<()> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let transport = Arc::new(wrpc_transport::Server::default());
    let accepting = Arc::clone(&transport);
    serve(transport.as_ref(), async move {
        println!("ready {address}");
        tokio::spawn(async move {
            loop {
                let _ = accepting.accept(&listener).await;
            }
        });
        Ok(())
    })
    .await
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve", "nats", url] => serve_nats(url).await,
        ["serve", "tcp", address] => serve_tcp(address).await,
        ["bench", transport, address, size, in_flight, seconds] => {
            let (size, in_flight) = (size.parse()?, in_flight.parse()?);
            let duration = Duration::from_secs_f64(seconds.parse()?);
            match *transport {
                "nats" => bench::run(&nats_client(address).await?, size, in_flight, duration).await,
                _ => {
                    let tcp = wrpc_transport::frame::tcp::Client::from(address.to_string());
                    bench::run(&tcp, size, in_flight, duration).await
                }
            }
        }
        _ => bail!("usage: see tests/interop/README.md"),
    }
}
