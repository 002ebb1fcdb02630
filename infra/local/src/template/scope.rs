//! One stack's template while it is being read: its parameters, conditions, mappings and nested stacks.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::error::TemplateError;
use super::yaml;

/// What the pseudo parameters and the physical names are made of.
#[derive(Debug, Clone)]
pub struct Cloud {
    /// `http://host:port` of the HTTP API and S3.
    pub public_endpoint: String,
    /// `http://host:port` of the other AWS services.
    pub internal_endpoint: String,
}

impl Cloud {
    /// `AWS::StackName` of the root stack.
    pub const STACK_NAME: &'static str = "anju-local";
    /// `AWS::Region`.
    pub const REGION: &'static str = "cn-northwest-1";
    /// `AWS::AccountId`.
    pub const ACCOUNT: &'static str = "000000000000";

    /// An ARN of the partition, region and account that are emulated.
    #[must_use]
    pub fn arn(service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{resource}", Self::REGION, Self::ACCOUNT)
    }
}

/// Top-level sections of a template; another one could change its meaning and is refused.
const SECTIONS: &[&str] = &[
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) cloud: Rc<Cloud>,
    path: PathBuf,
    /// Logical ids of the nested stacks on the way here; empty for the root.
    nesting: Vec<String>,
    document: Value,
    parameters: BTreeMap<String, Value>,
    nested: RefCell<BTreeMap<String, Rc<Scope>>>,
    /// What is being evaluated, so that a circle ends in an error instead of a stack overflow.
    pub(super) evaluating: RefCell<Vec<String>>,
}

impl Scope {
    pub(crate) fn open(
        path: &Path,
        nesting: Vec<String>,
        given: &BTreeMap<String, Value>,
        cloud: Rc<Cloud>,
    ) -> Result<Rc<Self>, TemplateError> {
        let source = std::fs::read_to_string(path)
            .map_err(|source| TemplateError::Read { path: path.to_owned(), source })?;
        let document =
            yaml::parse(&source).map_err(|message| TemplateError::Yaml { path: path.to_owned(), message })?;
        let file = file_name(path);
        for section in document.as_object().into_iter().flat_map(Map::keys) {
            if !SECTIONS.contains(&section.as_str()) {
                return Err(TemplateError::UnknownProperty { at: file, property: section.clone() });
            }
        }
        let mut given = given.clone();
        if nesting.is_empty() && document.pointer("/Parameters/Stage").is_some() {
            given.entry("Stage".to_owned()).or_insert(Value::from("local"));
        }
        let parameters = read_parameters(&file, &document, &given)?;
        Ok(Rc::new(Self {
            cloud,
            path: path.to_owned(),
            nesting,
            document,
            parameters,
            nested: RefCell::default(),
            evaluating: RefCell::default(),
        }))
    }

    /// Where `what` is, for messages.
    pub(crate) fn at(&self, what: &str) -> String {
        format!("{}: {what}", file_name(&self.path))
    }

    /// `AWS::StackName`.
    pub(crate) fn stack_name(&self) -> String {
        std::iter::once(Cloud::STACK_NAME)
            .chain(self.nesting.iter().map(String::as_str))
            .collect::<Vec<_>>()
            .join("-")
    }

    /// Unique in the whole system: the nested stacks and the logical id.
    pub(crate) fn path_of(&self, logical_id: &str) -> String {
        self.nesting.iter().map(String::as_str).chain([logical_id]).collect::<Vec<_>>().join("/")
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&Value> {
        self.parameters.get(name)
    }

    pub(crate) fn section(&self, name: &str) -> Option<&Map<String, Value>> {
        self.document.get(name)?.as_object()
    }

    pub(crate) fn resource(&self, logical_id: &str) -> Option<&Value> {
        self.section("Resources")?.get(logical_id)
    }

    pub(crate) fn resource_kind(&self, logical_id: &str) -> Option<&str> {
        self.resource(logical_id)?.get("Type")?.as_str()
    }

    /// A property of a resource as written, with the template's `Globals` merged in.
    pub(crate) fn raw_properties(&self, logical_id: &str) -> Map<String, Value> {
        let own = self
            .resource(logical_id)
            .and_then(|resource| resource.get("Properties"))
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        let section = match self.resource_kind(logical_id) {
            Some("AWS::Serverless::Function") => "Function",
            Some("AWS::Serverless::HttpApi") => "HttpApi",
            _ => return own,
        };
        match self.section("Globals").and_then(|globals| globals.get(section)) {
            Some(globals) => match merge(globals.clone(), Value::Object(own)) {
                Value::Object(merged) => merged,
                _ => Map::new(),
            },
            None => own,
        }
    }

    /// The nested stack with this logical id, opened on first use.
    pub(crate) fn nested_stack(&self, logical_id: &str) -> Result<Rc<Self>, TemplateError> {
        if let Some(scope) = self.nested.borrow().get(logical_id) {
            return Ok(Rc::clone(scope));
        }
        let at = self.at(logical_id);
        let mut properties = self.raw_properties(logical_id);
        let location = match properties.remove("Location") {
            Some(Value::String(location)) => location,
            _ => return Err(TemplateError::invalid(at, "Location must name a template file")),
        };
        let given = match properties.remove("Parameters") {
            Some(parameters) => self.evaluate(&parameters, &at)?,
            None => None,
        };
        for ignored in ["Tags", "TimeoutInMinutes", "NotificationARNs"] {
            properties.remove(ignored);
        }
        if let Some(property) = properties.keys().next() {
            return Err(TemplateError::UnknownProperty { at, property: property.clone() });
        }
        let given = given.and_then(|value| value.as_object().cloned()).unwrap_or_default();
        let path = self.path.parent().unwrap_or(Path::new(".")).join(location);
        let mut nesting = self.nesting.clone();
        nesting.push(logical_id.to_owned());
        let scope = Self::open(&path, nesting, &given.into_iter().collect(), Rc::clone(&self.cloud))?;
        self.nested.borrow_mut().insert(logical_id.to_owned(), Rc::clone(&scope));
        Ok(scope)
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn read_parameters(
    file: &str,
    document: &Value,
    given: &BTreeMap<String, Value>,
) -> Result<BTreeMap<String, Value>, TemplateError> {
    let declared = document.get("Parameters").and_then(Value::as_object).cloned().unwrap_or_default();
    if let Some(unknown) = given.keys().find(|name| !declared.contains_key(*name)) {
        return Err(TemplateError::invalid(file, format!("there is no parameter {unknown}")));
    }
    let mut parameters = BTreeMap::new();
    for (name, declaration) in &declared {
        let at = format!("{file}: parameter {name}");
        let kind = declaration.get("Type").and_then(Value::as_str).unwrap_or("String");
        if kind.starts_with("AWS::SSM::") {
            return Err(TemplateError::invalid(at, format!("the type {kind} is not emulated")));
        }
        let value = given
            .get(name)
            .or_else(|| declaration.get("Default"))
            .ok_or_else(|| TemplateError::invalid(&at, "no value is given and there is no default"))?;
        let text = scalar_text(value)
            .ok_or_else(|| TemplateError::invalid(&at, "the value must be a string or a number"))?;
        if let Some(allowed) = declaration.get("AllowedValues").and_then(Value::as_array)
            && !allowed.iter().any(|allowed| scalar_text(allowed).as_ref() == Some(&text))
        {
            return Err(TemplateError::invalid(at, format!("{text} is not one of the allowed values")));
        }
        let value = if kind == "CommaDelimitedList" || kind.starts_with("List<") {
            Value::from(text.split(',').map(str::trim).collect::<Vec<_>>())
        } else {
            Value::from(text)
        };
        parameters.insert(name.clone(), value);
    }
    Ok(parameters)
}

/// A scalar the way CloudFormation passes it on: as text.
pub(crate) fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// SAM's rule for `Globals`: maps are merged, lists are appended, everything else is overridden.
fn merge(global: Value, own: Value) -> Value {
    match (global, own) {
        (Value::Object(mut global), Value::Object(own)) if !is_intrinsic(&global) && !is_intrinsic(&own) => {
            for (key, value) in own {
                let merged = match global.remove(&key) {
                    Some(inherited) => merge(inherited, value),
                    None => value,
                };
                global.insert(key, merged);
            }
            Value::Object(global)
        }
        (Value::Array(mut global), Value::Array(own)) => {
            global.extend(own);
            Value::Array(global)
        }
        (_, own) => own,
    }
}

/// Whether a map is a call of an intrinsic function.
pub(crate) fn is_intrinsic(map: &Map<String, Value>) -> bool {
    map.len() == 1 && map.keys().all(|key| key == "Ref" || key == "Condition" || key.starts_with("Fn::"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn globals_merge_maps_append_lists_and_yield_to_own_scalars() {
        let global =
            json!({"Timeout": 5, "Environment": {"Variables": {"A": "1", "B": {"Ref": "X"}}}, "Layers": [1]});
        let own = json!({"Timeout": 9, "Environment": {"Variables": {"B": "2"}}, "Layers": [2]});
        assert_eq!(
            merge(global, own),
            json!({"Timeout": 9, "Environment": {"Variables": {"A": "1", "B": "2"}}, "Layers": [1, 2]})
        );
    }
}
