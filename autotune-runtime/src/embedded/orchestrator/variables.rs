//! Variables in the database.

use rusqlite::{OptionalExtension, params};
use serde_json::Value;

use crate::embedded::Store;
use crate::embedded::sql::orchestrator as sql;
use crate::name::Name;
use crate::variable_store::{StoreError, VariableStore};

/// Keeps variables in the database of a [`Store`], for
/// [`variables::install`](crate::variables::install).
#[derive(Debug, Clone)]
pub struct StoreVariables(Store);

impl Store {
    /// The variables of this database.
    #[must_use]
    pub fn variables(&self) -> StoreVariables {
        StoreVariables(self.clone())
    }
}

impl VariableStore for StoreVariables {
    fn read(&self, name: &Name) -> Result<Option<Value>, StoreError> {
        let text = self.0.read(|transaction| {
            let text =
                transaction.query_row(sql::READ_VARIABLE, [name.as_str()], |row| row.get::<_, String>(0));
            text.optional()
        })?;
        Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    fn insert(&self, name: &Name, value: Value) -> Result<bool, StoreError> {
        let values = params![name.as_str(), value.to_string()];
        Ok(self.0.write(|transaction| transaction.execute(sql::INSERT_VARIABLE, values))? > 0)
    }

    fn overwrite(&self, name: &Name, value: Value) -> Result<(), StoreError> {
        let values = params![name.as_str(), value.to_string()];
        self.0.write(|transaction| transaction.execute(sql::OVERWRITE_VARIABLE, values))?;
        Ok(())
    }

    fn remove(&self, name: &Name) -> Result<bool, StoreError> {
        Ok(self.0.write(|transaction| transaction.execute(sql::REMOVE_VARIABLE, [name.as_str()]))? > 0)
    }

    fn names(&self) -> Result<Vec<Name>, StoreError> {
        let names: Vec<String> = self.0.read(|transaction| {
            let mut statement = transaction.prepare_cached(sql::NAMES_OF_VARIABLES)?;
            statement.query_map([], |row| row.get(0))?.collect()
        })?;
        names.iter().map(|name| Ok(name.parse()?)).collect()
    }
}
