//! Reading a resource's properties so that none can be overlooked: what nobody takes must be accepted.

use std::rc::Rc;

use serde_json::{Map, Value};

use super::accepted;
use super::error::TemplateError;
use super::scope::{Scope, scalar_text};

pub(crate) struct Properties {
    scope: Rc<Scope>,
    /// Template and resource, for messages.
    at: String,
    /// Resource type and the path of this map below it: the key of the accepted list.
    holder: String,
    values: Map<String, Value>,
}

impl Properties {
    pub(crate) fn of_resource(scope: &Rc<Scope>, logical_id: &str) -> Self {
        Self {
            scope: Rc::clone(scope),
            at: scope.at(logical_id),
            holder: scope.resource_kind(logical_id).unwrap_or_default().to_owned(),
            values: scope.raw_properties(logical_id),
        }
    }

    pub(crate) fn at(&self, property: &str) -> String {
        format!("{}: {property}", self.at)
    }

    pub(crate) fn invalid(&self, property: &str, message: impl Into<String>) -> TemplateError {
        TemplateError::invalid(self.at(property), message)
    }

    /// Takes a property, evaluated.
    pub(crate) fn take(&mut self, property: &str) -> Result<Option<Value>, TemplateError> {
        match self.values.remove(property) {
            Some(value) => self.scope.evaluate(&value, &self.at(property)),
            None => Ok(None),
        }
    }

    pub(crate) fn text(&mut self, property: &str) -> Result<Option<String>, TemplateError> {
        match self.take(property)? {
            None => Ok(None),
            Some(value) => {
                scalar_text(&value).map(Some).ok_or_else(|| self.invalid(property, "expected a string"))
            }
        }
    }

    pub(crate) fn required_text(&mut self, property: &str) -> Result<String, TemplateError> {
        self.text(property)?.ok_or_else(|| self.invalid(property, "is required"))
    }

    pub(crate) fn number<T: std::str::FromStr>(
        &mut self,
        property: &str,
    ) -> Result<Option<T>, TemplateError> {
        match self.text(property)? {
            None => Ok(None),
            Some(text) => text
                .parse()
                .map(Some)
                .map_err(|_| self.invalid(property, format!("{text} is not such a number"))),
        }
    }

    pub(crate) fn flag(&mut self, property: &str) -> Result<Option<bool>, TemplateError> {
        match self.text(property)?.as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(self.invalid(property, "expected true or false")),
        }
    }

    pub(crate) fn texts(&mut self, property: &str) -> Result<Vec<String>, TemplateError> {
        match self.take(property)? {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => items
                .iter()
                .map(|item| scalar_text(item).ok_or_else(|| self.invalid(property, "expected strings")))
                .collect(),
            Some(value) => match scalar_text(&value) {
                Some(text) => Ok(vec![text]),
                None => Err(self.invalid(property, "expected a list")),
            },
        }
    }

    /// Takes a map, to be read with the same strictness.
    pub(crate) fn nested(&mut self, property: &str) -> Result<Option<Self>, TemplateError> {
        match self.take_keeping_intrinsics(property)? {
            None => Ok(None),
            Some(Value::Object(values)) => Ok(Some(self.below(property, values))),
            Some(_) => Err(self.invalid(property, "expected a map")),
        }
    }

    /// Takes a list of maps.
    pub(crate) fn nested_list(&mut self, property: &str) -> Result<Vec<Self>, TemplateError> {
        let items = match self.take(property)? {
            None => Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => return Err(self.invalid(property, "expected a list")),
        };
        items
            .into_iter()
            .map(|item| match item {
                Value::Object(values) => Ok(self.below(property, values)),
                _ => Err(self.invalid(property, "expected a list of maps")),
            })
            .collect()
    }

    /// The entries of a map whose keys are names of the author's choice.
    pub(crate) fn named_entries(&mut self, property: &str) -> Result<Vec<(String, Self)>, TemplateError> {
        let Some(Value::Object(entries)) = self.take_keeping_intrinsics(property)? else {
            return Ok(Vec::new());
        };
        entries
            .into_iter()
            .map(|(name, value)| match value {
                Value::Object(values) => {
                    let mut entry = self.below(property, values);
                    entry.at = format!("{}: {property}.{name}", self.at);
                    Ok((name, entry))
                }
                _ => Err(self.invalid(property, format!("{name} must be a map"))),
            })
            .collect()
    }

    /// Reads on under another key of the accepted list, e.g. as the properties of one type of event.
    pub(crate) fn held_as(mut self, holder: &str) -> Self {
        holder.clone_into(&mut self.holder);
        self
    }

    /// Ends the reading: what is left must be on the accepted list.
    pub(crate) fn finish(self) -> Result<(), TemplateError> {
        for (name, value) in &self.values {
            if accepted::property(&self.holder, name).is_some() {
                continue;
            }
            if self.scope.evaluate(value, &self.at(name))?.is_some() {
                let path = self.holder.split_once('.').map(|(_, path)| format!("{path}.{name}"));
                let property = path.unwrap_or_else(|| name.clone());
                return Err(TemplateError::UnknownProperty { at: self.at.clone(), property });
            }
        }
        Ok(())
    }

    fn below(&self, property: &str, values: Map<String, Value>) -> Self {
        Self {
            scope: Rc::clone(&self.scope),
            at: self.at.clone(),
            holder: format!("{}.{property}", self.holder),
            values,
        }
    }

    /// A map stays unevaluated inside, so that parts nobody takes need not make sense here.
    fn take_keeping_intrinsics(&mut self, property: &str) -> Result<Option<Value>, TemplateError> {
        match self.values.remove(property) {
            Some(Value::Object(map)) if !super::scope::is_intrinsic(&map) => Ok(Some(Value::Object(map))),
            Some(value) => self.scope.evaluate(&value, &self.at(property)),
            None => Ok(None),
        }
    }
}
