//! How a run ends that returns the states of others.

use std::fmt::Display;

use super::{State, StateName, StateType};

/// How a run ends, as its output says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conclusion {
    /// The last state.
    pub state: StateName,
    /// What is said about it.
    pub message: Option<String>,
}

/// An output that is made of states: a [`State`], a list or a tuple of nothing but
/// states, what `.submit()` and `.submit_all()` gave, and an `Ok` of these.
///
/// The run that returns it ends as Prefect says:
///
/// - in a state made by hand, such as [`State::failed`], where it is one;
/// - `Completed`, where all of them are;
/// - else `Cancelled` where one of them is, else `Paused` where one of them is;
/// - else `Failed`: a crash counts as a failure, and so does a run that did not end.
///
/// Anything else that is returned is a plain value, an empty list included.
pub trait ReturnedStates {
    #[doc(hidden)]
    fn conclude(&self) -> Conclusion;
}

impl Conclusion {
    /// Of nothing but a value.
    const OF_A_VALUE: Conclusion = Conclusion { state: StateName::Completed, message: None };

    /// Of the states of runs; what has no state yet is not final.
    pub(crate) fn of(states: impl Iterator<Item = Option<StateName>>) -> Self {
        let types: Vec<_> = states.map(|name| name.map(StateName::state_type)).collect();
        let all = types.len();
        if all == 0 {
            return Conclusion::OF_A_VALUE;
        }
        let count = |wanted: &[StateType]| {
            types.iter().flatten().filter(|state_type| wanted.contains(state_type)).count()
        };
        let completed = count(&[StateType::Completed]);
        let cancelled = count(&[StateType::Cancelled]);
        let paused = count(&[StateType::Paused]);
        let failed = count(&[StateType::Failed, StateType::Crashed]);
        let (state, message) = if completed == all {
            (StateName::Completed, "All states completed.".to_owned())
        } else if cancelled > 0 {
            (StateName::Cancelled, format!("{cancelled}/{all} states cancelled."))
        } else if paused > 0 {
            (StateName::Paused, format!("{paused}/{all} states paused."))
        } else if failed > 0 {
            (StateName::Failed, format!("{failed}/{all} states failed."))
        } else {
            (StateName::Failed, format!("{}/{all} states are not final.", all - completed))
        };
        Conclusion { state, message: Some(message) }
    }
}

impl<R> ReturnedStates for State<R> {
    fn conclude(&self) -> Conclusion {
        if self.by_hand {
            Conclusion { state: self.name, message: self.message.clone() }
        } else {
            Conclusion::of([Some(self.name)].into_iter())
        }
    }
}

impl<R> ReturnedStates for Vec<State<R>> {
    fn conclude(&self) -> Conclusion {
        Conclusion::of(self.iter().map(|state| Some(state.name)))
    }
}

impl<R, const N: usize> ReturnedStates for [State<R>; N] {
    fn conclude(&self) -> Conclusion {
        Conclusion::of(self.iter().map(|state| Some(state.name)))
    }
}

impl<S: ReturnedStates, E: Display> ReturnedStates for Result<S, E> {
    fn conclude(&self) -> Conclusion {
        match self {
            Ok(states) => states.conclude(),
            Err(error) => Conclusion { state: StateName::Failed, message: Some(format!("{error:#}")) },
        }
    }
}

macro_rules! tuples {
    ($(($($state:ident),+))*) => {
        $(
            #[expect(non_snake_case, reason = "one name for the type and the value of each element")]
            impl<$($state),+> ReturnedStates for ($(State<$state>,)+) {
                fn conclude(&self) -> Conclusion {
                    let ($($state,)+) = self;
                    Conclusion::of([$(Some($state.name)),+].into_iter())
                }
            }
        )*
    };
}

tuples! { (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) (A, B, C, D, E, F, G) (A, B, C, D, E, F, G, H) }
