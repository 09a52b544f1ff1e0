//! The flow that `against_prefect.py` holds against the same one in Prefect.

use autotune::embedded::RunFilter;
use autotune::prelude::*;
use autotune_runtime::clock::Instant;

#[task]
async fn nothing(number: u32) -> u32 {
    number
}

#[flow]
async fn sequential(tasks: u32) {
    for number in 0..tasks {
        std::hint::black_box(nothing(number).await);
    }
}

/// Runs it as often, and with as many tasks, as the arguments say; prints the seconds of each, and how many task runs
/// are stored afterwards.
pub(crate) async fn run() {
    let mut arguments = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let (tasks, rounds) = (arguments.next().unwrap_or(1_000), arguments.next().unwrap_or(1));
    let store = autotune::init().expect("a history");
    sequential(10).await;
    for _ in 0..rounds {
        let start = Instant::now();
        // A flow is not over before its history is stored.
        sequential(tasks).await;
        println!("seconds {}", start.elapsed().as_secs_f64());
    }
    for run in store.runs(&RunFilter::of_flow("sequential")).expect("the history can be read") {
        let counts = store.counts(run.id).expect("the history can be read");
        println!("stored {}", counts.iter().map(|of| of.runs).sum::<u64>());
    }
}
