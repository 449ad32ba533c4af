//! Calls each function and says what came of it, a line a row: `types.u8s ok`, `types.chars wrong: ...`.

use core::fmt::Debug;
use core::future::Future;
use core::pin::Pin;
use core::time::Duration;

use anyhow::Context as _;
use bytes::{Bytes, BytesMut};
use futures::future::join_all;
use futures::{stream, FutureExt as _, Stream, StreamExt as _};
use tokio::time::timeout;
use wrpc_transport::Invoke;

use crate::bindings::wasmcloud_interop::suite::{calls, handles, nested, streams, types, unserved};
use crate::called as values;
use crate::{pattern, PIECE};

/// An answer came, and it is not what it has to be.
#[derive(Debug)]
struct Wrong(String);

impl core::fmt::Display for Wrong {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.write_str(&self.0)
    }
}

impl core::error::Error for Wrong {}

fn expect<T: Debug + ?Sized>(expected: &T, found: &T) -> anyhow::Result<()> {
    let (expected, found) = (format!("{expected:?}"), format!("{found:?}"));
    if expected == found {
        return Ok(());
    }
    Err(Wrong(format!("expected {expected:.100}, found {found:.100}")).into())
}

fn expect_failure<T: Debug>(result: anyhow::Result<T>) -> anyhow::Result<()> {
    match result {
        Ok(value) => Err(Wrong(format!("it gave {value:?}")).into()),
        Err(_) => Ok(()),
    }
}

struct Rows<'a> {
    wanted: &'a [String], // all if empty
    patience: Duration,
}

impl Rows<'_> {
    async fn row(&self, name: &str, check: impl Future<Output = anyhow::Result<()>>) {
        let name = name.replace('_', "-");
        if !self.wanted.is_empty() && !self.wanted.contains(&name) {
            return;
        }
        match timeout(self.patience, check).await {
            Ok(Ok(())) => println!("{name} ok"),
            Ok(Err(error)) if error.is::<Wrong>() => println!("{name} wrong: {error:#}"),
            Ok(Err(error)) => println!("{name} fails: {error:#}"),
            Err(_) => println!("{name} silent: no answer in time"),
        }
    }
}

macro_rules! same {
    ($rows:ident, $wrpc:ident, $name:ident, $value:ident => $argument:expr) => {
        let check = async {
            for (which, $value) in values::$name().iter().enumerate() {
                let context = Default::default();
                let found = types::$name($wrpc, context, which as u32, $argument)
                    .await
                    .with_context(|| format!("value {which}"))?;
                expect($value, &found)?;
            }
            Ok(())
        };
        $rows.row(concat!("types.", stringify!($name)), check).await;
    };
}

fn refs<T: AsRef<str>>(texts: &[T]) -> Vec<&str> {
    texts.iter().map(AsRef::as_ref).collect()
}

async fn plain_types<W: Invoke<Context: Default>>(rows: &Rows<'_>, wrpc: &W) {
    same!(rows, wrpc, bools, v => *v);
    same!(rows, wrpc, u8s, v => *v);
    same!(rows, wrpc, u16s, v => *v);
    same!(rows, wrpc, u32s, v => *v);
    same!(rows, wrpc, u64s, v => *v);
    same!(rows, wrpc, s8s, v => *v);
    same!(rows, wrpc, s16s, v => *v);
    same!(rows, wrpc, s32s, v => *v);
    same!(rows, wrpc, s64s, v => *v);
    same!(rows, wrpc, low_s16s, v => *v);
    same!(rows, wrpc, low_s32s, v => *v);
    same!(rows, wrpc, low_s64s, v => *v);
    same!(rows, wrpc, f32s, v => *v);
    same!(rows, wrpc, f64s, v => *v);
    same!(rows, wrpc, chars, v => *v);
    same!(rows, wrpc, wide_chars, v => *v);
    same!(rows, wrpc, strings, v => v);
}

async fn compound_types<W: Invoke<Context: Default>>(rows: &Rows<'_>, wrpc: &W) {
    same!(rows, wrpc, bytes, v => v);
    same!(rows, wrpc, numbers, v => v);
    same!(rows, wrpc, words, v => &refs(v));
    same!(rows, wrpc, grids, v => &v.iter().map(Vec::as_slice).collect::<Vec<_>>());
    same!(rows, wrpc, options, v => *v);
    same!(rows, wrpc, nested_options, v => v.as_ref().map(Option::as_deref));
    same!(rows, wrpc, optional_bytes, v => v.as_ref());
    same!(rows, wrpc, results, v => v);
    same!(rows, wrpc, half_results, v => v);
    same!(rows, wrpc, bare_results, v => v);
    same!(rows, wrpc, variants, v => v);
    same!(rows, wrpc, enums, v => *v);
    same!(rows, wrpc, flags3, v => v);
    same!(rows, wrpc, flags8, v => v);
    same!(rows, wrpc, flags17, v => (v.0, v.1.as_str()));
    same!(rows, wrpc, records, v => v);
    same!(rows, wrpc, tuples, v => {
        let (number, (text, truth), pairs) = v;
        let pairs: Vec<_> = pairs.iter().map(|(text, number)| (text.as_str(), *number)).collect();
        (*number, (text.as_str(), *truth), &pairs.clone())
    });
}

async fn resources<W: Invoke<Context: Default>>(rows: &Rows<'_>, wrpc: &W) {
    let counter = async {
        let counter = handles::Counter::new(wrpc, Default::default(), 10).await?;
        let sum = handles::Counter::add(wrpc, Default::default(), &counter.as_borrow(), 5).await?;
        expect(&15, &sum)
    };
    rows.row("handles.counter", counter).await;
    let pass = async {
        let counter = handles::Counter::new(wrpc, Default::default(), 20).await?;
        let passed = handles::pass(wrpc, Default::default(), &counter).await?;
        let sum = handles::Counter::add(wrpc, Default::default(), &passed.as_borrow(), 5).await?;
        expect(&25, &sum)
    };
    rows.row("handles.pass", pass).await;
    let total = async {
        let first = handles::Counter::new(wrpc, Default::default(), 30).await?;
        let second = handles::Counter::new(wrpc, Default::default(), 300).await?;
        let both = [first.as_borrow(), second.as_borrow()];
        expect(&330, &handles::Counter::total(wrpc, Default::default(), &both).await?)
    };
    rows.row("handles.total", total).await;
}

type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Chunks<T> = Pin<Box<dyn Stream<Item = Vec<T>> + Send>>;
type Pieces = Pin<Box<dyn Stream<Item = Bytes> + Send>>;

fn pieces(length: usize) -> Pieces {
    let all = pattern(length);
    let cut: Vec<_> = all.chunks(PIECE).map(Bytes::copy_from_slice).collect();
    Box::pin(stream::iter(cut))
}

async fn joined(mut data: Pieces) -> Bytes {
    let mut all = BytesMut::new();
    while let Some(piece) = data.next().await {
        all.extend_from_slice(&piece);
    }
    all.freeze()
}

fn expect_pattern(length: usize, found: &Bytes) -> anyhow::Result<()> {
    expect(&length, &found.len())?;
    expect(&true, &(pattern(length) == *found))
}

/// What is to be sent and received besides, if anything, and what is done meanwhile.
async fn beside<T>(
    io: Option<impl Future<Output = anyhow::Result<()>>>,
    work: impl Future<Output = T>,
) -> anyhow::Result<T> {
    let io = async {
        match io {
            Some(io) => io.await,
            None => Ok(()),
        }
    };
    let (io, result) = tokio::join!(io, work);
    io.context("the asynchronous part")?;
    Ok(result)
}

const MUCH: usize = 100_000;

async fn byte_streams<W: Invoke<Context: Default>>(rows: &Rows<'_>, wrpc: &W) {
    let swallow = async {
        let (found, io) = streams::swallow(wrpc, Default::default(), pieces(MUCH)).await?;
        beside(io, async {}).await?;
        let sum = pattern(MUCH).into_iter().map(u64::from).sum();
        expect(&(MUCH as u64, sum), &found)
    };
    rows.row("streams.swallow", swallow).await;
    let produce = async {
        let (data, io) = streams::produce(wrpc, Default::default(), MUCH as u32).await?;
        expect_pattern(MUCH, &beside(io, joined(data)).await?)
    };
    rows.row("streams.produce", produce).await;
    let relay = async {
        let (data, io) = streams::relay(wrpc, Default::default(), pieces(MUCH)).await?;
        expect_pattern(MUCH, &beside(io, joined(data)).await?)
    };
    rows.row("streams.relay", relay).await;
    for (name, fails) in [("streams.read", false), ("streams.read_failing", true)] {
        let read = async {
            let (found, io) = streams::read(wrpc, Default::default(), fails).await?;
            let (data, end) = found.map_err(Wrong)?;
            let (data, end) = beside(io, async { tokio::join!(joined(data), end) }).await?;
            expect_pattern(5000, &data)?;
            let expected = if fails { Err("the disk is on fire".to_string()) } else { Ok(()) };
            expect(&expected, &end)
        };
        rows.row(name, read).await;
    }
}

async fn other_streams<W: Invoke<Context: Default>>(rows: &Rows<'_>, wrpc: &W) {
    let items = async {
        let make = |id| streams::Item { id, name: format!("item {id}") };
        let cut = (0..10).map(move |i| (i * 100..(i + 1) * 100).map(make).collect::<Vec<_>>());
        let (data, io) =
            streams::items(wrpc, Default::default(), Box::pin(stream::iter(cut))).await?;
        let found = beside(io, data.concat()).await?;
        expect(&(0..1000).map(make).collect::<Vec<_>>(), &found)
    };
    rows.row("streams.items", items).await;
    let later = async {
        let value = Box::pin(async { "later".to_string() });
        let (value, io) = streams::later(wrpc, Default::default(), value).await?;
        expect("later", &beside(io, value).await?)
    };
    rows.row("streams.later", later).await;
    let forward = async {
        let parcel = streams::Parcel {
            name: "parcel".into(),
            data: pieces(5000),
            note: Box::pin(async { "with care".to_string() }),
        };
        let (parcel, io) = streams::forward(wrpc, Default::default(), parcel).await?;
        let both = async { tokio::join!(joined(parcel.data), parcel.note) };
        let (data, note) = beside(io, both).await?;
        expect("parcel", &parcel.name)?;
        expect("with care", &note)?;
        expect_pattern(5000, &data)
    };
    rows.row("streams.forward", forward).await;
}

async fn words<W: Invoke<Context: Default>>(
    wrpc: &W,
    chunks: Vec<Vec<String>>,
) -> anyhow::Result<()> {
    let value = Box::pin(stream::iter(chunks.clone()));
    let (value, io) = nested::words(wrpc, Default::default(), value).await?;
    expect(&chunks.concat(), &beside(io, value.concat()).await?)
}

async fn parts_of_values<W: Invoke<Context: Default>>(rows: &Rows<'_>, wrpc: &W) {
    let texts = |texts: &[&str]| texts.iter().copied().map(String::from).collect();
    let short = vec![texts(&["first", ""]), texts(&["ƒ𐍈Ő"])];
    rows.row("nested.words", words(wrpc, short)).await;
    let long = vec![vec!["a".repeat(MUCH); 20], texts(&["last"])];
    rows.row("nested.long_words", words(wrpc, long)).await;
    let labels = async {
        let value = nested::Labelled { label: "label".into(), data: pieces(5000) };
        let (value, io) = nested::labels(wrpc, Default::default(), value).await?;
        expect("label", &value.label)?;
        expect_pattern(5000, &beside(io, joined(value.data)).await?)
    };
    rows.row("nested.labels", labels).await;
    let perhaps = async {
        let (value, io) = nested::perhaps(wrpc, Default::default(), Some(pieces(5000))).await?;
        let data = value.ok_or_else(|| Wrong("found nothing".into()))?;
        expect_pattern(5000, &beside(io, joined(data)).await?)
    };
    rows.row("nested.perhaps", perhaps).await;
    let perhaps_not = async {
        let (value, io) = nested::perhaps(wrpc, Default::default(), None).await?;
        beside(io, async {}).await?;
        expect(&true, &value.is_none())
    };
    rows.row("nested.perhaps_not", perhaps_not).await;
    let pair = async {
        let (text, sent) = (async { "text".to_string() }, vec![vec![1, 300], vec![4294967295]]);
        let value: (Later<String>, Chunks<u32>) =
            (Box::pin(text), Box::pin(stream::iter(sent.clone())));
        let ((text, numbers), io) = nested::pair(wrpc, Default::default(), value).await?;
        let both = async { tokio::join!(text, numbers.concat()) };
        let (text, numbers) = beside(io, both).await?;
        expect("text", &text)?;
        expect(&sent.concat(), &numbers)
    };
    rows.row("nested.pair", pair).await;
    let postponed = async {
        let value = Box::pin(async { pieces(5000) });
        let (value, io) = nested::postponed(wrpc, Default::default(), value).await?;
        let data = async { joined(value.await).await };
        expect_pattern(5000, &beside(io, data).await?)
    };
    rows.row("nested.postponed", postponed).await;
    let spread = async {
        let lengths = [5000, 0, 3];
        let (parts, io) = nested::spread(wrpc, Default::default(), &lengths).await?;
        let parts = beside(io, join_all(parts.into_iter().map(joined))).await?;
        let found: Vec<_> = parts.iter().map(|part| part.len() as u32).collect();
        expect(&lengths[..], &found[..])?;
        expect_pattern(5000, &parts[0])
    };
    rows.row("nested.spread", spread).await;
}

async fn plain_calls<W: Invoke<Context: Default>>(rows: &Rows<'_>, wrpc: &W) {
    rows.row("calls.nothing", calls::nothing(wrpc, Default::default())).await;
    let greet = async { expect("hello", &calls::greet(wrpc, Default::default()).await?) };
    rows.row("calls.greet", greet).await;
    rows.row("calls.take", calls::take(wrpc, Default::default(), "text")).await;
    for (name, length) in [("calls.echo_empty", 0), ("calls.echo_1MiB", 1 << 20)] {
        let echo = async {
            let data = Bytes::from(pattern(length));
            expect_pattern(length, &calls::echo(wrpc, Default::default(), &data).await?)
        };
        rows.row(name, echo).await;
    }
    let fails = calls::fails(wrpc, Default::default(), "text").map(expect_failure);
    rows.row("calls.fails", fails).await;
    let absent = unserved::absent(wrpc, Default::default(), "text").map(expect_failure);
    rows.row("calls.absent", absent).await;
}

/// Whoever runs this kills the server when that says that it hangs.
async fn killed<W: Invoke<Context: Default>>(rows: &Rows<'_>, wrpc: &W) {
    let hangs = calls::hangs(wrpc, Default::default(), "text").map(expect_failure);
    rows.row("calls.killed", hangs).await;
}

pub async fn run<W: Invoke<Context: Default>>(
    wrpc: &W,
    patience: Duration,
    wanted: &[String],
) -> anyhow::Result<()> {
    let rows = Rows { wanted, patience };
    plain_types(&rows, wrpc).await;
    compound_types(&rows, wrpc).await;
    resources(&rows, wrpc).await;
    byte_streams(&rows, wrpc).await;
    other_streams(&rows, wrpc).await;
    parts_of_values(&rows, wrpc).await;
    plain_calls(&rows, wrpc).await;
    if wanted.iter().any(|name| name == "calls.killed") {
        killed(&rows, wrpc).await;
    }
    Ok(())
}
