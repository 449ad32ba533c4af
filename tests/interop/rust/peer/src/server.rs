//! Serves all of the world `server` until it is killed.

use core::fmt::Debug;
use core::future::{pending, Future};
use core::pin::Pin;
use std::sync::{Arc, Mutex};

use anyhow::{bail, Context as _};
use bytes::Bytes;
use futures::future::join_all;
use futures::stream::select_all;
use futures::{stream, Stream, StreamExt as _};
use wrpc_transport::{ResourceBorrow, ResourceOwn, Serve};

use crate::bindings::server::exports::wasmcloud_interop::suite::{
    calls, gathered, handles, nested, streams, types,
};
use crate::served::{self as values, *};
use crate::{pattern, PIECE};

type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Pieces<T> = Pin<Box<dyn Stream<Item = T> + Send>>;

#[derive(Clone, Default)]
struct Server {
    counters: Arc<Mutex<Vec<u32>>>, // a handle is the position
}

/// The value back, if it is the one that was meant.
fn same<T: Debug>(name: &str, known: Vec<T>, which: u32, value: T) -> anyhow::Result<T> {
    let expected = known.get(which as usize).context("there is no such value")?;
    if format!("{expected:?}") != format!("{value:?}") {
        bail!("{name}, value {which}: expected {expected:?}, found {value:?}");
    }
    Ok(value)
}

macro_rules! same_back {
    ($($name:ident: $type:ty),* $(,)?) => {
        impl<C: Send> types::Handler<C> for Server {
            $(
                async fn $name(&self, _: C, which: u32, value: $type) -> anyhow::Result<$type> {
                    same(stringify!($name), values::$name(), which, value)
                }
            )*
        }
    };
}

same_back! {
    bools: bool,
    u8s: u8,
    u16s: u16,
    u32s: u32,
    u64s: u64,
    s8s: i8,
    s16s: i16,
    s32s: i32,
    s64s: i64,
    low_s16s: i16,
    low_s32s: i32,
    low_s64s: i64,
    f32s: f32,
    f64s: f64,
    chars: char,
    wide_chars: char,
    strings: String,
    bytes: Bytes,
    numbers: Vec<u32>,
    words: Vec<String>,
    grids: Vec<Vec<u16>>,
    options: Option<u32>,
    nested_options: Option<Option<String>>,
    optional_bytes: Option<Bytes>,
    results: Result<u32, String>,
    half_results: Result<(), String>,
    bare_results: Result<(), ()>,
    variants: Shape,
    enums: Color,
    flags3: Three,
    flags8: Eight,
    flags17: (Seventeen, String),
    records: Person,
    tuples: (u8, (String, Option<bool>), Vec<(String, u16)>),
}

fn position(handle: &[u8]) -> anyhow::Result<usize> {
    let bytes: [u8; 4] = handle.try_into().context("that is no handle of ours")?;
    Ok(u32::from_be_bytes(bytes) as usize)
}

impl<C: Send> handles::Handler<C> for Server {
    async fn pass(
        &self,
        _: C,
        counter: ResourceOwn<handles::Counter>,
    ) -> anyhow::Result<ResourceOwn<handles::Counter>> {
        Ok(counter)
    }
}

impl<C: Send> handles::HandlerCounter<C> for Server {
    async fn new(&self, _: C, start: u32) -> anyhow::Result<ResourceOwn<handles::Counter>> {
        let mut counters = self.counters.lock().unwrap();
        counters.push(start);
        let position = counters.len() as u32 - 1;
        Ok(ResourceOwn::from(position.to_be_bytes().to_vec()))
    }

    async fn add(
        &self,
        _: C,
        counter: ResourceBorrow<handles::Counter>,
        number: u32,
    ) -> anyhow::Result<u32> {
        let mut counters = self.counters.lock().unwrap();
        let counter = counters.get_mut(position(counter.as_ref())?).context("no such counter")?;
        *counter += number;
        Ok(*counter)
    }

    async fn total(&self, _: C, all: Vec<ResourceBorrow<handles::Counter>>) -> anyhow::Result<u32> {
        let counters = self.counters.lock().unwrap();
        let mut sum = 0;
        for handle in all {
            sum += counters.get(position(handle.as_ref())?).context("no such counter")?;
        }
        Ok(sum)
    }
}

fn pieces(length: usize) -> Pieces<Bytes> {
    let all = Bytes::from(pattern(length));
    Box::pin(stream::iter(
        (0..length).step_by(PIECE).map(move |from| all.slice(from..length.min(from + PIECE))),
    ))
}

impl<C: Send> streams::Handler<C> for Server {
    async fn swallow(&self, _: C, mut data: Pieces<Bytes>) -> anyhow::Result<(u64, u64)> {
        let (mut count, mut sum) = (0, 0);
        while let Some(piece) = data.next().await {
            count += piece.len() as u64;
            sum += piece.iter().map(|byte| u64::from(*byte)).sum::<u64>();
        }
        Ok((count, sum))
    }

    async fn produce(&self, _: C, length: u32) -> anyhow::Result<Pieces<Bytes>> {
        Ok(pieces(length as usize))
    }

    async fn relay(&self, _: C, data: Pieces<Bytes>) -> anyhow::Result<Pieces<Bytes>> {
        Ok(data)
    }

    async fn items(
        &self,
        _: C,
        data: Pieces<Vec<streams::Item>>,
    ) -> anyhow::Result<Pieces<Vec<streams::Item>>> {
        Ok(data)
    }

    async fn later(&self, _: C, value: Later<String>) -> anyhow::Result<Later<String>> {
        Ok(value)
    }

    async fn forward(&self, _: C, parcel: streams::Parcel) -> anyhow::Result<streams::Parcel> {
        Ok(parcel)
    }

    async fn read(
        &self,
        _: C,
        fails: bool,
    ) -> anyhow::Result<Result<(Pieces<Bytes>, Later<Result<(), String>>), String>> {
        let end = if fails { Err("the disk is on fire".into()) } else { Ok(()) };
        Ok(Ok((pieces(5000), Box::pin(async { end }))))
    }
}

impl<C: Send> nested::Handler<C> for Server {
    async fn words(&self, _: C, value: Pieces<Vec<String>>) -> anyhow::Result<Pieces<Vec<String>>> {
        Ok(value)
    }

    async fn labels(&self, _: C, value: nested::Labelled) -> anyhow::Result<nested::Labelled> {
        Ok(value)
    }

    async fn perhaps(
        &self,
        _: C,
        value: Option<Pieces<Bytes>>,
    ) -> anyhow::Result<Option<Pieces<Bytes>>> {
        Ok(value)
    }

    async fn pair(
        &self,
        _: C,
        value: (Later<String>, Pieces<Vec<u32>>),
    ) -> anyhow::Result<(Later<String>, Pieces<Vec<u32>>)> {
        Ok(value)
    }

    async fn postponed(
        &self,
        _: C,
        value: Later<Pieces<Bytes>>,
    ) -> anyhow::Result<Later<Pieces<Bytes>>> {
        Ok(value)
    }

    async fn spread(&self, _: C, lengths: Vec<u32>) -> anyhow::Result<Vec<Pieces<Bytes>>> {
        Ok(lengths.into_iter().map(|length| pieces(length as usize)).collect())
    }
}

impl<C: Send> gathered::Handler<C> for Server {
    async fn gather(&self, _: C, parts: Vec<Pieces<Bytes>>) -> anyhow::Result<Vec<u32>> {
        let length = |part: Pieces<Bytes>| {
            part.fold(0, |sum, piece| async move { sum + piece.len() as u32 })
        };
        Ok(join_all(parts.into_iter().map(length)).await)
    }
}

impl<C: Send> calls::Handler<C> for Server {
    async fn nothing(&self, _: C) -> anyhow::Result<()> {
        Ok(())
    }

    async fn greet(&self, _: C) -> anyhow::Result<String> {
        Ok("hello".into())
    }

    async fn take(&self, _: C, text: String) -> anyhow::Result<()> {
        if text != "text" {
            bail!("take: found {text}");
        }
        Ok(())
    }

    async fn fails(&self, _: C, _: String) -> anyhow::Result<u32> {
        bail!("it always does")
    }

    async fn hangs(&self, _: C, _: String) -> anyhow::Result<u32> {
        println!("hanging");
        pending().await
    }

    async fn echo(&self, _: C, data: Bytes) -> anyhow::Result<Bytes> {
        Ok(data)
    }
}

/// `listening` is told when calls arrive.
pub async fn serve<S: Serve>(
    transport: &S,
    listening: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()>
where
    S::Context: Send + Sync + 'static,
{
    let invocations = crate::bindings::server::serve(transport, Server::default()).await?;
    listening.await?;
    let mut invocations = select_all(
        invocations
            .into_iter()
            .map(|(_, name, invocations)| invocations.map(move |invocation| (name, invocation))),
    );
    while let Some((name, invocation)) = invocations.next().await {
        tokio::spawn(async move {
            let ended = match invocation {
                Ok(invocation) => invocation.await,
                Err(error) => Err(error),
            };
            if let Err(error) = ended {
                eprintln!("{name}: {error:#}");
            }
        });
    }
    bail!("no more invocations come")
}
