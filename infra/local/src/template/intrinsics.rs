//! The intrinsic functions.

use serde_json::{Map, Value};

use super::error::TemplateError;
use super::scope::{Cloud, Scope, is_intrinsic, scalar_text};

type Evaluated = Result<Option<Value>, TemplateError>;

impl Scope {
    /// The value with all intrinsic functions carried out; `None` stands for `AWS::NoValue`.
    pub(crate) fn evaluate(&self, value: &Value, at: &str) -> Evaluated {
        match value {
            Value::Object(map) if is_intrinsic(map) => {
                map.iter().next().map_or(Ok(None), |(function, argument)| self.call(function, argument, at))
            }
            Value::Object(map) => {
                let mut evaluated = Map::new();
                for (key, value) in map {
                    if let Some(value) = self.evaluate(value, at)? {
                        evaluated.insert(key.clone(), value);
                    }
                }
                Ok(Some(Value::Object(evaluated)))
            }
            Value::Array(items) => {
                let items = items.iter().filter_map(|item| self.evaluate(item, at).transpose());
                Ok(Some(Value::Array(items.collect::<Result<_, _>>()?)))
            }
            Value::String(text) if text.contains("{{resolve:") => {
                Err(TemplateError::invalid(at, "dynamic references are not emulated"))
            }
            scalar => Ok(Some(scalar.clone())),
        }
    }

    /// Whether a named condition holds.
    pub(crate) fn condition(&self, name: &str, at: &str) -> Result<bool, TemplateError> {
        let expression = self
            .section("Conditions")
            .and_then(|conditions| conditions.get(name))
            .ok_or_else(|| TemplateError::invalid(at, format!("there is no condition {name}")))?;
        self.guarded(&format!("condition {name}"), at, || self.holds(expression, at))
    }

    /// An output of this stack.
    pub(crate) fn output(&self, name: &str, at: &str) -> Result<Value, TemplateError> {
        let output = self
            .section("Outputs")
            .and_then(|outputs| outputs.get(name))
            .ok_or_else(|| TemplateError::invalid(at, format!("the stack has no output {name}")))?;
        let value = output.get("Value").unwrap_or(&Value::Null);
        let at = self.at(&format!("output {name}"));
        let value = self.guarded(&format!("output {name}"), &at, || self.evaluate(value, &at))?;
        value.ok_or_else(|| TemplateError::invalid(at, "an output needs a value"))
    }

    /// Runs `work`, unless that is what is being worked on already.
    pub(super) fn guarded<T>(
        &self,
        what: &str,
        at: &str,
        work: impl FnOnce() -> Result<T, TemplateError>,
    ) -> Result<T, TemplateError> {
        if self.evaluating.borrow().iter().any(|running| running == what) {
            return Err(TemplateError::invalid(at, format!("{what} depends on itself")));
        }
        self.evaluating.borrow_mut().push(what.to_owned());
        let result = work();
        self.evaluating.borrow_mut().pop();
        result
    }

    fn call(&self, function: &str, argument: &Value, at: &str) -> Evaluated {
        match function {
            "Ref" => self.reference(self.literal(argument, at)?, at),
            "Condition" | "Fn::Equals" | "Fn::Not" | "Fn::And" | "Fn::Or" => {
                let call = Value::Object(Map::from_iter([(function.to_owned(), argument.clone())]));
                self.holds(&call, at).map(|truth| Some(Value::Bool(truth)))
            }
            "Fn::GetAtt" => self.get_attribute(argument, at).map(Some),
            "Fn::Sub" => self.substitute(argument, at).map(|text| Some(Value::from(text))),
            "Fn::If" => {
                let [condition, then, otherwise] = arguments(argument, at, "Fn::If")?;
                let holds = self.condition(self.literal(condition, at)?, at)?;
                self.evaluate(if holds { then } else { otherwise }, at)
            }
            "Fn::Join" => self.join(argument, at),
            "Fn::Split" => {
                let [separator, text] = arguments(argument, at, "Fn::Split")?;
                let text = self.text(text, at)?;
                Ok(Some(Value::from(text.split(self.literal(separator, at)?).collect::<Vec<_>>())))
            }
            "Fn::Select" => self.select(argument, at),
            "Fn::FindInMap" => self.find_in_map(argument, at),
            other => Err(TemplateError::invalid(at, format!("{other} is not emulated"))),
        }
    }

    pub(super) fn holds(&self, expression: &Value, at: &str) -> Result<bool, TemplateError> {
        let Some((function, argument)) = expression.as_object().and_then(|map| map.iter().next()) else {
            return Err(TemplateError::invalid(at, "a condition must be a function"));
        };
        let all = |argument: &Value| -> Result<Vec<bool>, TemplateError> {
            let items = argument.as_array().map(Vec::as_slice).unwrap_or_default();
            items.iter().map(|item| self.holds(item, at)).collect()
        };
        match function.as_str() {
            "Condition" => self.condition(self.literal(argument, at)?, at),
            "Fn::Equals" => {
                let [left, right] = arguments(argument, at, "Fn::Equals")?;
                Ok(self.text(left, at)? == self.text(right, at)?)
            }
            "Fn::Not" => {
                let [inner] = arguments(argument, at, "Fn::Not")?;
                Ok(!self.holds(inner, at)?)
            }
            "Fn::And" => Ok(all(argument)?.into_iter().all(|truth| truth)),
            "Fn::Or" => Ok(all(argument)?.into_iter().any(|truth| truth)),
            other => Err(TemplateError::invalid(at, format!("{other} is not a condition"))),
        }
    }

    fn reference(&self, name: &str, at: &str) -> Evaluated {
        let value = match name {
            "AWS::NoValue" => return Ok(None),
            "AWS::Partition" => "aws".to_owned(),
            "AWS::Region" => Cloud::REGION.to_owned(),
            "AWS::AccountId" => Cloud::ACCOUNT.to_owned(),
            "AWS::URLSuffix" => "localhost".to_owned(),
            "AWS::StackName" => self.stack_name(),
            "AWS::StackId" => Cloud::arn("cloudformation", &format!("stack/{}/local", self.stack_name())),
            _ => match self.parameter(name) {
                Some(value) => return Ok(Some(value.clone())),
                None => self.resource_reference(name, at)?,
            },
        };
        Ok(Some(Value::from(value)))
    }

    fn get_attribute(&self, argument: &Value, at: &str) -> Result<Value, TemplateError> {
        let [resource, attribute] = arguments(argument, at, "Fn::GetAtt")?;
        self.attribute(self.literal(resource, at)?, &self.text(attribute, at)?, at)
    }

    fn attribute(&self, resource: &str, attribute: &str, at: &str) -> Result<Value, TemplateError> {
        if self.resource_kind(resource) == Some("AWS::Serverless::Application") {
            let output = attribute
                .strip_prefix("Outputs.")
                .ok_or_else(|| TemplateError::invalid(at, "a nested stack has only Outputs"))?;
            let nested = self.guarded(&format!("stack {resource}"), at, || self.nested_stack(resource))?;
            return nested.output(output, at);
        }
        self.resource_attribute(resource, attribute, at).map(Value::from)
    }

    fn substitute(&self, argument: &Value, at: &str) -> Result<String, TemplateError> {
        let (template, variables) = match argument {
            Value::Array(_) => {
                let [template, variables] = arguments(argument, at, "Fn::Sub")?;
                (self.literal(template, at)?, variables.as_object().cloned().unwrap_or_default())
            }
            template => (self.literal(template, at)?, Map::new()),
        };
        let mut text = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after
                .split_once('}')
                .ok_or_else(|| TemplateError::invalid(at, "Fn::Sub has an unclosed ${"))?;
            text.push_str(before);
            if let Some(literal) = name.strip_prefix('!') {
                text.push_str(&format!("${{{literal}}}"));
            } else if let Some(variable) = variables.get(name) {
                text.push_str(&self.text(variable, at)?);
            } else if let Some((resource, attribute)) = name.split_once('.') {
                text.push_str(&self.plain(self.attribute(resource, attribute, at)?, at)?);
            } else if let Some(value) = self.reference(name, at)? {
                text.push_str(&self.plain(value, at)?);
            }
            rest = after;
        }
        text.push_str(rest);
        Ok(text)
    }

    fn join(&self, argument: &Value, at: &str) -> Evaluated {
        let [separator, items] = arguments(argument, at, "Fn::Join")?;
        let items = self.list(items, at)?;
        let texts = items.into_iter().map(|item| self.plain(item, at)).collect::<Result<Vec<_>, _>>()?;
        Ok(Some(Value::from(texts.join(self.literal(separator, at)?))))
    }

    fn select(&self, argument: &Value, at: &str) -> Evaluated {
        let [index, items] = arguments(argument, at, "Fn::Select")?;
        let index = self.text(index, at)?;
        let mut items = self.list(items, at)?;
        match index.parse::<usize>() {
            Ok(index) if index < items.len() => Ok(Some(items.swap_remove(index))),
            _ => Err(TemplateError::invalid(at, format!("Fn::Select: there is no element {index}"))),
        }
    }

    fn find_in_map(&self, argument: &Value, at: &str) -> Evaluated {
        let [map, first, second] = arguments(argument, at, "Fn::FindInMap")?;
        let (map, first, second) = (self.text(map, at)?, self.text(first, at)?, self.text(second, at)?);
        let found = self
            .section("Mappings")
            .and_then(|maps| maps.get(&map))
            .and_then(|map| map.get(&first))
            .and_then(|map| map.get(&second))
            .ok_or_else(|| TemplateError::invalid(at, format!("no mapping {map}.{first}.{second}")))?;
        Ok(Some(found.clone()))
    }

    fn list(&self, value: &Value, at: &str) -> Result<Vec<Value>, TemplateError> {
        match self.evaluate(value, at)? {
            Some(Value::Array(items)) => Ok(items),
            _ => Err(TemplateError::invalid(at, "expected a list")),
        }
    }

    fn text(&self, value: &Value, at: &str) -> Result<String, TemplateError> {
        let value = self.evaluate(value, at)?.unwrap_or(Value::Null);
        self.plain(value, at)
    }

    fn plain(&self, value: Value, at: &str) -> Result<String, TemplateError> {
        scalar_text(&value).ok_or_else(|| TemplateError::invalid(at, "expected a string"))
    }

    fn literal<'a>(&self, value: &'a Value, at: &str) -> Result<&'a str, TemplateError> {
        value.as_str().ok_or_else(|| TemplateError::invalid(at, "expected a plain string"))
    }
}

fn arguments<'a, const N: usize>(
    argument: &'a Value,
    at: &str,
    function: &str,
) -> Result<&'a [Value; N], TemplateError> {
    argument
        .as_array()
        .and_then(|items| items.as_slice().try_into().ok())
        .ok_or_else(|| TemplateError::invalid(at, format!("{function} takes {N} arguments")))
}
