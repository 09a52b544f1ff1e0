//! The pauses of a flow run: those that are open, and what was said to those that
//! were resumed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::Scope;
use crate::interrupted::{CannotPause, InvalidInput, PauseTimedOut};
use crate::moment::Moment;
use crate::state::StateName;

/// What a pause asks of whoever resumes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question {
    /// The JSON Schema of the answer.
    pub(crate) schema: fn() -> Value,
    /// Whether the answer fits; else the place and what is wrong.
    pub(crate) check: fn(&Value) -> Result<(), Misfit>,
}

/// Why an answer does not fit: the way to the place, and what is wrong there.
#[derive(Debug)]
pub(crate) struct Misfit {
    pub(crate) path: String,
    pub(crate) message: String,
}

/// What was said to a pause: input, if it asked for any.
#[derive(Debug, Clone)]
pub(crate) struct Answer(pub(crate) Option<Value>);

/// A pause that somebody waits in.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    number: u32,
    pub(crate) key: String,
    pub(crate) since: Moment,
    /// `None` if it may wait for ever.
    pub(crate) expires: Option<Moment>,
    pub(crate) question: Option<Question>,
}

#[derive(Debug, Default)]
pub(crate) struct Pauses {
    /// How many pauses the attempt has come to.
    count: u32,
    /// How many were ever opened: tells them apart.
    opened: u32,
    open: Vec<Open>,
    /// What was said to the pauses that were resumed, by key.
    pub(super) resumed: BTreeMap<String, Answer>,
}

/// Why a pause was not resumed.
#[derive(Debug)]
pub(crate) enum NotResumed {
    /// None is open; or none of this key.
    NotPaused,
    /// Several are open, and none was named.
    Several(Vec<String>),
    /// Its time is up.
    Expired(String),
    /// It asks for input.
    InputMissing(String),
    /// The input does not fit.
    InvalidInput(InvalidInput),
}

impl Pauses {
    pub(super) fn begin_attempt(&mut self) {
        self.count = 0;
    }

    /// Of a pause: its own key, or else its number in the attempt.
    pub(super) fn key_of_next(&mut self, key: Option<String>) -> String {
        self.count += 1;
        key.unwrap_or_else(|| self.count.to_string())
    }

    /// A number that no other pause of the run has.
    pub(super) fn number_of_next(&mut self) -> u32 {
        self.opened += 1;
        self.opened
    }

    fn resume(&mut self, key: Option<&str>, input: Option<Value>, now: Moment) -> Result<(), NotResumed> {
        let key = match key {
            Some(key) => key.to_owned(),
            None => self.only_key()?,
        };
        let of_key: Vec<&Open> = self.open.iter().filter(|open| open.key == key).collect();
        if of_key.is_empty() {
            return Err(NotResumed::NotPaused);
        }
        if of_key.iter().all(|open| open.expires.is_some_and(|expires| expires <= now)) {
            return Err(NotResumed::Expired(key));
        }
        for open in &of_key {
            open.accepts(input.as_ref())?;
        }
        self.open.retain(|open| open.key != key);
        self.resumed.insert(key, Answer(input));
        Ok(())
    }

    fn only_key(&self) -> Result<String, NotResumed> {
        let mut keys: Vec<String> = self.open.iter().map(|open| open.key.clone()).collect();
        keys.sort_unstable();
        keys.dedup();
        match keys.as_slice() {
            [] => Err(NotResumed::NotPaused),
            [key] => Ok(key.clone()),
            _ => Err(NotResumed::Several(keys)),
        }
    }
}

impl Misfit {
    pub(crate) fn of_all(message: &str) -> Self {
        Misfit { path: String::new(), message: message.to_owned() }
    }

    /// Of the pause of this key.
    pub(crate) fn at(self, key: &str) -> InvalidInput {
        InvalidInput { key: key.to_owned(), path: self.path, message: self.message }
    }
}

impl Open {
    fn accepts(&self, input: Option<&Value>) -> Result<(), NotResumed> {
        match (self.question, input) {
            (None, None) => Ok(()),
            (None, Some(_)) => {
                let misfit = Misfit::of_all("this pause takes none");
                Err(NotResumed::InvalidInput(misfit.at(&self.key)))
            }
            (Some(_), None) => Err(NotResumed::InputMissing(self.key.clone())),
            (Some(question), Some(input)) => {
                (question.check)(input).map_err(|misfit| NotResumed::InvalidInput(misfit.at(&self.key)))
            }
        }
    }
}

impl Scope {
    /// The key of the pause that code has come to: the one that it is given, or its number. `None` if the run does not
    /// run any more.
    pub(crate) fn come_to_pause(&self, key: Option<String>) -> Option<String> {
        let mut inner = self.control.lock();
        inner.is_open().then(|| inner.pauses.key_of_next(key))
    }

    /// Opens a pause; it has its answer at once if it was resumed before.
    pub(crate) fn pause(
        self: &Arc<Self>,
        key: String,
        timeout: Duration,
        question: Option<Question>,
    ) -> Result<Waiting, CannotPause> {
        let mut inner = self.control.lock();
        if !inner.is_open() {
            drop(inner);
            return Err(CannotPause::NotRunning { flow_run: self.name() });
        }
        let since = Moment::now();
        let pauses = &mut inner.pauses;
        let number = pauses.number_of_next();
        let is_resumed = pauses.resumed.contains_key(&key);
        if !is_resumed {
            let open = Open { number, key: key.clone(), since, expires: since.plus(timeout), question };
            pauses.open.push(open);
            if pauses.open.len() == 1 {
                inner.turns.push(StateName::Paused);
                drop(inner);
                self.control.ask();
            }
        }
        Ok(Waiting { scope: Arc::clone(self), number, key, timeout })
    }

    /// Lets code go on that waits in a pause.
    pub(crate) fn resume(&self, key: Option<&str>, input: Option<Value>) -> Result<(), NotResumed> {
        let mut inner = self.control.lock();
        if !inner.is_open() {
            return Err(NotResumed::NotPaused);
        }
        inner.pauses.resume(key, input, Moment::now())?;
        let is_running = inner.pauses.open.is_empty();
        if is_running {
            inner.turns.push(StateName::Running);
        }
        drop(inner);
        if is_running {
            self.control.ask();
        }
        self.control.resumed.notify_waiters();
        Ok(())
    }

    /// The pauses that somebody waits in, in order.
    pub(crate) fn open_pauses(&self) -> Vec<Open> {
        self.control.lock().pauses.open.clone()
    }
}

/// Code that waits in a pause. Dropping it closes the pause.
#[derive(Debug)]
pub(crate) struct Waiting {
    scope: Arc<Scope>,
    number: u32,
    pub(crate) key: String,
    timeout: Duration,
}

impl Waiting {
    /// What was said by whoever resumed it.
    pub(crate) async fn resumed(&self) -> Result<Answer, PauseTimedOut> {
        let waits = async {
            loop {
                let mut resumed = std::pin::pin!(self.scope.control.resumed.notified());
                // Registered before the answer is read, so that none is missed.
                resumed.as_mut().enable();
                if let Some(answer) = self.answer() {
                    return answer;
                }
                resumed.await;
            }
        };
        if let Some(answer) = self.answer() {
            return Ok(answer);
        }
        match tokio::time::timeout(self.timeout, waits).await {
            Ok(answer) => Ok(answer),
            // A resumption that was accepted counts, however late its code is told of it.
            Err(_) => {
                self.close().ok_or_else(|| PauseTimedOut { key: self.key.clone(), timeout: self.timeout })
            }
        }
    }

    fn answer(&self) -> Option<Answer> {
        self.scope.control.lock().pauses.resumed.get(&self.key).cloned()
    }

    fn close(&self) -> Option<Answer> {
        let mut inner = self.scope.control.lock();
        let before = inner.pauses.open.len();
        inner.pauses.open.retain(|open| open.number != self.number);
        let answer = inner.pauses.resumed.get(&self.key).cloned();
        let was_last = before > 0 && inner.pauses.open.is_empty();
        if was_last {
            inner.turns.push(StateName::Running);
        }
        drop(inner);
        if was_last {
            self.scope.control.ask();
        }
        answer
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.close();
    }
}
