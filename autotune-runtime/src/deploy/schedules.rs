//! When a deployment runs by itself.

use std::time::Duration;

use super::{DeployError, FlowDeployment};
use crate::deployment::{CatchUp, DeploymentSchedule};
use crate::schedule::Schedule;

impl FlowDeployment {
    /// Runs at the times of a cron expression, as [`Schedule::cron`] reads it.
    pub fn cron(self, expression: &str) -> Result<Self, DeployError> {
        Ok(self.schedule(Schedule::cron(expression)?))
    }

    /// Runs every `interval`, as [`Schedule::interval`] counts it.
    pub fn interval(self, interval: Duration) -> Result<Self, DeployError> {
        Ok(self.schedule(Schedule::interval(interval)?))
    }

    /// Runs at the times of a recurrence rule of RFC 5545, as [`Schedule::rrule`] reads it.
    pub fn rrule(self, rule: &str) -> Result<Self, DeployError> {
        Ok(self.schedule(Schedule::rrule(rule)?))
    }

    /// Runs by this schedule too; a deployment may have several.
    pub fn schedule(mut self, schedule: impl Into<DeploymentSchedule>) -> Self {
        self.spec.schedules.push(schedule.into());
        self
    }

    /// In whose local time the schedules before it are meant: an IANA name such as `Europe/Berlin`.
    pub fn timezone(mut self, name: &str) -> Result<Self, DeployError> {
        if self.spec.schedules.is_empty() {
            return Err(DeployError::Misplaced { deployment: self.full_name(), option: "timezone" });
        }
        for scheduled in &mut self.spec.schedules {
            scheduled.schedule = scheduled.schedule.clone().timezone(name)?;
        }
        Ok(self)
    }

    /// What becomes of the times of the schedules before it that passed while nothing ran.
    pub fn catch_up(mut self, catch_up: CatchUp) -> Result<Self, DeployError> {
        if self.spec.schedules.is_empty() {
            return Err(DeployError::Misplaced { deployment: self.full_name(), option: "catch_up" });
        }
        for scheduled in &mut self.spec.schedules {
            scheduled.catch_up = catch_up;
        }
        Ok(self)
    }
}

impl From<Schedule> for DeploymentSchedule {
    fn from(schedule: Schedule) -> Self {
        DeploymentSchedule::new(schedule)
    }
}
