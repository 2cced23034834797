//! Runs in parallel on all processors, with results in their order.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::run::ProgressLine;

/// The progress of all runs, in thousandths of a run.
pub struct Progress(AtomicU64);

/// Thousandths of one run.
pub const WHOLE: u64 = 1_000;

impl Progress {
    pub fn add(&self, thousandths: u64) {
        self.0.fetch_add(thousandths, Ordering::Relaxed);
    }
}

/// The time between two updates of the progress.
const GLANCE: Duration = Duration::from_millis(100);

/// The number of processors: the default number of threads.
pub fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Does `work` for each of `0..count` on several threads, and passes the results to `take` in
/// order, each as soon as all earlier ones are done. An error of `take` ends it once the work in
/// progress is done.
pub fn in_order<T: Send, E>(
    count: usize,
    threads: usize,
    work: impl Fn(usize, &Progress) -> T + Sync,
    mut take: impl FnMut(usize, T) -> Result<(), E>,
) -> Result<(), E> {
    let (next, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let progress = Progress(AtomicU64::new(0));
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads.clamp(1, count.max(1)) {
            let sender = sender.clone();
            let (next, is_over, progress, work) = (&next, &is_over, &progress, &work);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    // nobody listens once it is over
                    if index >= count || sender.send((index, work(index, progress))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut line = ProgressLine::new();
        let (mut waiting, mut taken) = (BTreeMap::new(), 0);
        loop {
            match receiver.recv_timeout(GLANCE) {
                Ok((index, result)) => {
                    waiting.insert(index, result);
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => return Ok(()),
            }
            while let Some(result) = waiting.remove(&taken) {
                if let Err(error) = take(taken, result) {
                    is_over.store(true, Ordering::Relaxed);
                    return Err(error);
                }
                taken += 1;
            }
            let (done, all) = (progress.0.load(Ordering::Relaxed), WHOLE * count as u64);
            line.draw(done, all, || format!("{taken} of {count}"));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_on_any_number_of_threads() {
        for threads in [1, 2, 7] {
            let mut seen = Vec::new();
            // the first ones take longest
            let work = |index: usize, _: &Progress| {
                thread::sleep(Duration::from_millis(20 / (index as u64 + 1)));
                index * index
            };
            let taken = in_order(10, threads, work, |index, square| {
                seen.push((index, square));
                Ok::<_, ()>(())
            });
            assert_eq!(taken, Ok(()));
            assert_eq!(seen, (0..10).map(|index| (index, index * index)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_error_ends_it() {
        let done = AtomicUsize::new(0);
        let work = |_: usize, _: &Progress| done.fetch_add(1, Ordering::Relaxed);
        let stopped =
            in_order(1_000_000, 2, work, |index, _| if index == 3 { Err("full") } else { Ok(()) });
        assert_eq!(stopped, Err("full"));
        assert!(done.into_inner() < 1_000_000);
    }
}
