//! Methods: tasks in an `impl`, and tasks that are the methods of a trait.
//!
//! ```text
//! cargo run -p autotune --example methods
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use autotune::prelude::*;

/// Where profiles are kept. The trait knows nothing of tasks.
trait Store {
    async fn save(&self, name: &str, value: f64) -> anyhow::Result<()>;
}

#[derive(Default)]
struct Memory(Mutex<BTreeMap<String, f64>>);

impl Store for Memory {
    /// Keep a value.
    #[task(name = "save to memory", retries = 3, retry_delay = "1s")]
    async fn save(&self, name: &str, value: f64) -> anyhow::Result<()> {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.insert(name.to_owned(), value);
        Ok(())
    }
}

/// A service, and the store of its profiles.
struct Service<S> {
    store: S,
    factor: f64,
}

impl<S: Store> Service<S> {
    /// Work out a better value.
    #[task(task_run_name = "tune {name}")]
    async fn tune(&self, name: &str, value: f64) -> f64 {
        println!("{name}: {value} times {}", self.factor);
        value * self.factor
    }

    /// Tune all values and keep them.
    #[flow]
    async fn tune_all(&self, values: &[(&str, f64)]) -> anyhow::Result<usize> {
        for (name, value) in values {
            let tuned = self.tune(name, *value).await;
            self.store.save(name, tuned).await?;
        }
        Ok(values.len())
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let service = Service { store: Memory::default(), factor: 1.2 };
    let tuned = service.tune_all(&[("basal", 0.5), ("ratio", 10.0)]).await?;
    println!("{tuned} values tuned: {:?}", service.store.0.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(())
}
