//! A deployment goes to an orchestrator.

use super::{DeployError, FlowDeployment};
use crate::deployment::Deployment;
use crate::orchestrator::{self, Orchestrator};

impl FlowDeployment {
    /// Makes the deployment in the program's orchestrator, or brings it up to date.
    pub async fn apply(&self) -> Result<Deployment, DeployError> {
        let orchestrator = orchestrator::installed().ok_or(DeployError::NoOrchestrator)?;
        self.apply_to(&*orchestrator).await
    }

    /// As [`apply`](Self::apply), in this orchestrator.
    pub async fn apply_to(&self, orchestrator: &dyn Orchestrator) -> Result<Deployment, DeployError> {
        self.check()?;
        let applied = orchestrator.apply(self.spec.clone()).await?;
        self.watch();
        Ok(applied)
    }

    /// Whether it can be applied: its name, its flow, and that its schedules lack no parameter.
    pub fn check(&self) -> Result<(), DeployError> {
        let name = &self.spec.name;
        if name.trim().is_empty() || name.contains('/') {
            return Err(DeployError::Name { name: name.clone() });
        }
        if let Some(refusal) = self.flow.refusal() {
            return Err(refusal.into());
        }
        for scheduled in &self.spec.schedules {
            let mut parameters = self.spec.parameters.clone();
            parameters.extend(scheduled.parameters.clone());
            self.flow.check_given(&parameters)?;
            let missing = self.flow.missing(&parameters);
            if !missing.is_empty() {
                return Err(DeployError::Missing { deployment: self.full_name(), parameters: missing });
            }
        }
        Ok(())
    }
}
