//! What a call of `echo` costs: one after the other, or some at a time.

use core::time::Duration;
use std::time::Instant;

use bytes::Bytes;
use futures::future::try_join_all;
use tokio::time::timeout;
use wrpc_transport::Invoke;

use crate::bindings::wasmcloud_interop::suite::calls;

/// The transport for NATS loses an answer now and then (wrpc.md 3.8): that call is not counted.
const LOST: Duration = Duration::from_secs(1);

async fn call<W: Invoke<Context: Default>>(wrpc: &W, data: &Bytes) -> anyhow::Result<()> {
    let answer = calls::echo(wrpc, Default::default(), data).await?;
    anyhow::ensure!(answer.len() == data.len(), "the answer has {} bytes", answer.len());
    Ok(())
}

async fn call_until<W: Invoke<Context: Default>>(
    wrpc: &W,
    data: &Bytes,
    end: Instant,
) -> anyhow::Result<Vec<f64>> {
    let mut times = Vec::new();
    let mut last = Instant::now();
    while last < end {
        let answered = timeout(LOST, call(wrpc, data)).await;
        let now = Instant::now();
        if let Ok(result) = answered {
            result?;
            times.push((now - last).as_secs_f64());
        }
        last = now;
    }
    Ok(times)
}

/// Prints the median in microseconds, and calls a second.
pub async fn run<W: Invoke<Context: Default>>(
    wrpc: &W,
    size: usize,
    in_flight: usize,
    duration: Duration,
) -> anyhow::Result<()> {
    let data = Bytes::from(vec![b'x'; size]);
    let start = Instant::now();
    let callers = (0..in_flight).map(|_| call_until(wrpc, &data, start + duration));
    let mut times = try_join_all(callers).await?.concat();
    let elapsed = start.elapsed().as_secs_f64();
    times.sort_by(f64::total_cmp);
    println!("{} {}", times[times.len() / 2] * 1e6, times.len() as f64 / elapsed);
    Ok(())
}
