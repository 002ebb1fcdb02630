//! `AWS::Serverless::Function` and its events.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use super::error::TemplateError;
use super::identity::{function_arn, queue_of_arn, table_of_stream};
use super::properties::Properties;
use super::scope::Scope;
use crate::filter::FilterPattern;
use crate::plan::{FunctionPlan, Plan, QueueMapping, RoutePlan, StreamMapping};

/// What Lambda assumes where the template is silent.
const DEFAULT_TIMEOUT: u64 = 3;
const DEFAULT_MEMORY_MB: u32 = 128;
/// The longest an HTTP API waits for an integration.
const LONGEST_INTEGRATION: u64 = 30_000;

pub(crate) fn read(scope: &Rc<Scope>, logical_id: &str, plan: &mut Plan) -> Result<(), TemplateError> {
    let mut properties = Properties::of_resource(scope, logical_id);
    let name = scope.physical_name(logical_id)?;
    properties.take("FunctionName")?;
    if properties.text("PackageType")?.is_some_and(|kind| kind != "Zip") {
        return Err(properties.invalid("PackageType", "only Zip is emulated"));
    }
    let code = properties.required_text("CodeUri")?;
    let binary = code.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    if binary.is_empty() || binary == "." || binary == ".." {
        return Err(properties.invalid("CodeUri", "its last folder must be the name of the binary"));
    }
    let function = FunctionPlan {
        arn: function_arn(&name),
        name: name.clone(),
        binary,
        environment: environment(&mut properties)?,
        timeout: Duration::from_secs(properties.number("Timeout")?.unwrap_or(DEFAULT_TIMEOUT)),
        memory_mb: properties.number("MemorySize")?.unwrap_or(DEFAULT_MEMORY_MB),
        reserved_concurrency: properties.number("ReservedConcurrentExecutions")?,
    };
    for (event_name, mut event) in properties.named_entries("Events")? {
        let kind = event.required_text("Type")?;
        let details = match event.nested("Properties")? {
            Some(details) => details.held_as(&format!("AWS::Serverless::Function.Events.{kind}")),
            None => return Err(event.invalid(&event_name, "needs Properties")),
        };
        event.finish()?;
        match kind.as_str() {
            "HttpApi" => plan.routes.push(route(details, &name)?),
            "SQS" => plan.queue_mappings.push(queue_mapping(details, &name)?),
            "DynamoDB" => {
                let id = scope.path_of(&format!("{logical_id}/{event_name}"));
                plan.stream_mappings.push(stream_mapping(details, &name, id)?);
            }
            "Schedule" => details.finish()?,
            other => return Err(details.invalid("Type", format!("the event type {other} is not emulated"))),
        }
    }
    plan.functions.push(function);
    properties.finish()
}

fn environment(properties: &mut Properties) -> Result<BTreeMap<String, String>, TemplateError> {
    let Some(mut environment) = properties.nested("Environment")? else {
        return Ok(BTreeMap::new());
    };
    let variables = environment.take("Variables")?;
    let mut read = BTreeMap::new();
    for (name, value) in variables.as_ref().and_then(|variables| variables.as_object()).into_iter().flatten()
    {
        let value = super::scope::scalar_text(value)
            .ok_or_else(|| environment.invalid(name, "an environment variable must be a string"))?;
        read.insert(name.clone(), value);
    }
    environment.finish()?;
    Ok(read)
}

fn route(mut event: Properties, function: &str) -> Result<RoutePlan, TemplateError> {
    event.take("ApiId")?;
    if event.text("PayloadFormatVersion")?.is_some_and(|version| version != "2.0") {
        return Err(event.invalid("PayloadFormatVersion", "only 2.0 is emulated"));
    }
    let method = event.text("Method")?.map(|method| method.to_uppercase());
    let path = event.text("Path")?;
    let timeout = event.number("TimeoutInMillis")?.unwrap_or(LONGEST_INTEGRATION);
    event.finish()?;
    Ok(RoutePlan {
        method: method.filter(|method| method != "ANY" && method != "X-AMAZON-APIGATEWAY-ANY-METHOD"),
        path: path.filter(|path| path != "$default"),
        function: function.to_owned(),
        timeout: Duration::from_millis(timeout),
    })
}

fn queue_mapping(mut event: Properties, function: &str) -> Result<QueueMapping, TemplateError> {
    let arn = event.required_text("Queue")?;
    let queue = queue_of_arn(&arn).ok_or_else(|| event.invalid("Queue", "is not the ARN of a queue"))?;
    refuse_disabled(&mut event)?;
    let maximum_concurrency = match event.nested("ScalingConfig")? {
        Some(mut scaling) => {
            let maximum = scaling.number("MaximumConcurrency")?;
            scaling.finish()?;
            maximum
        }
        None => None,
    };
    let mapping = QueueMapping {
        function: function.to_owned(),
        queue: queue.to_owned(),
        batch_size: event.number("BatchSize")?.unwrap_or(10),
        window: window(&mut event)?,
        partial_responses: partial_responses(&mut event)?,
        maximum_concurrency,
    };
    event.finish()?;
    Ok(mapping)
}

fn stream_mapping(mut event: Properties, function: &str, id: String) -> Result<StreamMapping, TemplateError> {
    let arn = event.required_text("Stream")?;
    let table = table_of_stream(&arn).ok_or_else(|| event.invalid("Stream", "is not the ARN of a stream"))?;
    refuse_disabled(&mut event)?;
    let from_start = match event.required_text("StartingPosition")?.as_str() {
        "TRIM_HORIZON" => true,
        "LATEST" => false,
        other => return Err(event.invalid("StartingPosition", format!("{other} is not emulated"))),
    };
    let mapping = StreamMapping {
        id,
        function: function.to_owned(),
        table: table.to_owned(),
        from_start,
        batch_size: event.number("BatchSize")?.unwrap_or(100),
        window: window(&mut event)?,
        partial_responses: partial_responses(&mut event)?,
        bisect: event.flag("BisectBatchOnFunctionError")?.unwrap_or(false),
        maximum_retries: event
            .number::<i64>("MaximumRetryAttempts")?
            .and_then(|retries| u32::try_from(retries).ok()),
        maximum_age: event
            .number::<i64>("MaximumRecordAgeInSeconds")?
            .and_then(|seconds| u64::try_from(seconds).ok())
            .map(Duration::from_secs),
        filters: filters(&mut event)?,
        on_failure: on_failure(&mut event)?,
    };
    event.finish()?;
    Ok(mapping)
}

fn refuse_disabled(event: &mut Properties) -> Result<(), TemplateError> {
    match event.flag("Enabled")? {
        Some(false) => Err(event.invalid("Enabled", "a disabled event source is not emulated")),
        _ => Ok(()),
    }
}

fn window(event: &mut Properties) -> Result<Duration, TemplateError> {
    Ok(Duration::from_secs(event.number("MaximumBatchingWindowInSeconds")?.unwrap_or(0)))
}

fn partial_responses(event: &mut Properties) -> Result<bool, TemplateError> {
    let types = event.texts("FunctionResponseTypes")?;
    match types.iter().find(|kind| *kind != "ReportBatchItemFailures") {
        Some(other) => Err(event.invalid("FunctionResponseTypes", format!("{other} is not emulated"))),
        None => Ok(!types.is_empty()),
    }
}

fn filters(event: &mut Properties) -> Result<Vec<FilterPattern>, TemplateError> {
    let Some(mut criteria) = event.nested("FilterCriteria")? else {
        return Ok(Vec::new());
    };
    let mut patterns = Vec::new();
    for mut filter in criteria.nested_list("Filters")? {
        let text = filter.required_text("Pattern")?;
        let pattern =
            FilterPattern::parse(&text).map_err(|error| filter.invalid("Pattern", error.to_string()))?;
        patterns.push(pattern);
        filter.finish()?;
    }
    criteria.finish()?;
    Ok(patterns)
}

fn on_failure(event: &mut Properties) -> Result<Option<String>, TemplateError> {
    let Some(mut config) = event.nested("DestinationConfig")? else {
        return Ok(None);
    };
    let queue = match config.nested("OnFailure")? {
        Some(mut destination) => {
            if destination.text("Type")?.is_some_and(|kind| kind != "SQS") {
                return Err(destination.invalid("Type", "only SQS destinations are emulated"));
            }
            let arn = destination.required_text("Destination")?;
            let queue = queue_of_arn(&arn)
                .ok_or_else(|| destination.invalid("Destination", "is not the ARN of a queue"))?
                .to_owned();
            destination.finish()?;
            Some(queue)
        }
        None => None,
    };
    config.finish()?;
    Ok(queue)
}
