//! Reads the SAM template, with its nested stacks, into a [`Plan`].

mod accepted;
mod error;
mod function;
mod http_api;
mod identity;
mod intrinsics;
mod properties;
mod rules;
mod scope;
mod storage;
mod yaml;

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use serde_json::{Map, Value};

pub use error::TemplateError;
pub(crate) use identity::{secret_arn, stream_arn};
pub use scope::Cloud;
use scope::Scope;
pub(crate) use scope::scalar_text;

use crate::plan::Plan;

/// Attributes of a resource beside `Type` and `Properties` that change nothing here: the order of creation
/// is fixed, and nothing is ever deleted or replaced.
const RESOURCE_ATTRIBUTES: &[&str] =
    &["Condition", "DeletionPolicy", "DependsOn", "Metadata", "Properties", "Type", "UpdateReplacePolicy"];

/// Reads a template.
///
/// # Errors
/// When a file can't be read, a value makes no sense, or something is asked for that is neither emulated nor
/// on the reviewed list of accepted types and properties.
pub(crate) fn read(
    path: &Path,
    parameters: &BTreeMap<String, String>,
    cloud: Cloud,
) -> Result<Plan, TemplateError> {
    let given = parameters.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
    let root = Scope::open(path, Vec::new(), &given, Rc::new(cloud))?;
    let mut plan = Plan::default();
    read_stack(&root, &mut plan)?;
    for name in root.section("Outputs").into_iter().flat_map(Map::keys) {
        if let Some(text) = scalar_text(&root.output(name, name)?) {
            plan.outputs.insert(name.clone(), text);
        }
    }
    check_targets(&plan, &root)?;
    Ok(plan)
}

fn read_stack(scope: &Rc<Scope>, plan: &mut Plan) -> Result<(), TemplateError> {
    rules::check(scope)?;
    for (logical_id, resource) in scope.section("Resources").into_iter().flatten() {
        let at = scope.at(logical_id);
        for attribute in resource.as_object().into_iter().flat_map(Map::keys) {
            if !RESOURCE_ATTRIBUTES.contains(&attribute.as_str()) {
                return Err(TemplateError::UnknownProperty { at, property: attribute.clone() });
            }
        }
        if let Some(condition) = resource.get("Condition") {
            let condition = condition.as_str().unwrap_or_default();
            if !scope.condition(condition, &at)? {
                continue;
            }
        }
        read_resource(scope, logical_id, plan)?;
    }
    Ok(())
}

fn read_resource(scope: &Rc<Scope>, logical_id: &str, plan: &mut Plan) -> Result<(), TemplateError> {
    let at = scope.at(logical_id);
    let kind = scope.resource_kind(logical_id).unwrap_or_default();
    match kind {
        "AWS::Serverless::Application" => return read_stack(&scope.nested_stack(logical_id)?, plan),
        "AWS::Serverless::Function" => function::read(scope, logical_id, plan)?,
        "AWS::Serverless::HttpApi" => plan.api = http_api::read(scope, logical_id)?,
        "AWS::DynamoDB::Table" => plan.tables.push(storage::table(scope, logical_id)?),
        "AWS::S3::Bucket" => plan.buckets.push(storage::bucket(scope, logical_id)?),
        "AWS::SQS::Queue" => plan.queues.push(storage::queue(scope, logical_id)?),
        "AWS::SecretsManager::Secret" => plan.secrets.push(storage::secret(scope, logical_id)?),
        other if accepted::resource(other).is_some() => return Ok(()),
        other => return Err(TemplateError::UnknownResource { at, kind: other.to_owned() }),
    }
    let reference = scope.resource_reference(logical_id, &at)?;
    // Logical ids are unique within a stack only; the whole path settles the rest.
    let key = if plan.resources.contains_key(logical_id) {
        scope.path_of(logical_id)
    } else {
        logical_id.to_owned()
    };
    plan.resources.insert(key, reference);
    Ok(())
}

/// What an event source or notification names must exist here.
fn check_targets(plan: &Plan, root: &Scope) -> Result<(), TemplateError> {
    let queues = plan
        .queue_mappings
        .iter()
        .map(|mapping| &mapping.queue)
        .chain(plan.stream_mappings.iter().filter_map(|mapping| mapping.on_failure.as_ref()))
        .chain(plan.buckets.iter().flat_map(|bucket| &bucket.notifications).map(|target| &target.queue))
        .chain(plan.queues.iter().filter_map(|queue| queue.redrive.as_ref()).map(|redrive| &redrive.queue));
    for name in queues {
        if !plan.queues.iter().any(|queue| queue.name == *name) {
            return Err(TemplateError::invalid(root.at("queues"), format!("there is no queue {name}")));
        }
    }
    for mapping in &plan.stream_mappings {
        if !plan.tables.iter().any(|table| table.name == mapping.table && table.stream.is_some()) {
            let message = format!("there is no table {} with a stream", mapping.table);
            return Err(TemplateError::invalid(root.at(&mapping.id), message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
