//! Tables, buckets, queues and secrets.

use std::rc::Rc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::error::TemplateError;
use super::identity::queue_of_arn;
use super::properties::Properties;
use super::scope::Scope;
use crate::plan::{
    BucketPlan, CorsPlan, NotificationPlan, PasswordRule, QueuePlan, RedrivePlan, SecretPlan,
    SecretValuePlan, StreamView, TablePlan,
};

/// The embedded database makes shard ids of table names, and clients check their length.
const SHORTEST_TABLE_NAME: usize = 11;

pub(crate) fn table(scope: &Rc<Scope>, logical_id: &str) -> Result<TablePlan, TemplateError> {
    let mut properties = Properties::of_resource(scope, logical_id);
    let name = scope.physical_name(logical_id)?;
    properties.take("TableName")?;
    if name.len() < SHORTEST_TABLE_NAME {
        return Err(properties.invalid("TableName", "must have at least 11 characters here"));
    }
    let mut definition = json!({"TableName": name, "BillingMode": "PAY_PER_REQUEST"});
    for part in ["AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        if let Some(value) = properties.take(part)? {
            definition[part] = value;
        }
    }
    properties.take("ProvisionedThroughput")?;
    let stream = match properties.nested("StreamSpecification")? {
        Some(mut specification) => {
            let view = specification.required_text("StreamViewType")?;
            let view = StreamView::from_name(&view)
                .ok_or_else(|| specification.invalid("StreamViewType", format!("{view} is unknown")))?;
            specification.finish()?;
            Some(view)
        }
        None => None,
    };
    let expiry_attribute = match properties.nested("TimeToLiveSpecification")? {
        Some(mut specification) => {
            let attribute = specification.required_text("AttributeName")?;
            let enabled = specification.flag("Enabled")?.unwrap_or(true);
            specification.finish()?;
            enabled.then_some(attribute)
        }
        None => None,
    };
    properties.finish()?;
    Ok(TablePlan { name, definition, stream, expiry_attribute })
}

pub(crate) fn bucket(scope: &Rc<Scope>, logical_id: &str) -> Result<BucketPlan, TemplateError> {
    let mut properties = Properties::of_resource(scope, logical_id);
    let name = scope.physical_name(logical_id)?;
    properties.take("BucketName")?;
    let mut notifications = Vec::new();
    if let Some(mut configuration) = properties.nested("NotificationConfiguration")? {
        for target in configuration.nested_list("QueueConfigurations")? {
            notifications.push(notification(target)?);
        }
        configuration.finish()?;
    }
    let mut cors = Vec::new();
    if let Some(mut configuration) = properties.nested("CorsConfiguration")? {
        for rule in configuration.nested_list("CorsRules")? {
            cors.push(bucket_cors(rule)?);
        }
        configuration.finish()?;
    }
    properties.finish()?;
    Ok(BucketPlan { name, notifications, cors })
}

fn notification(mut target: Properties) -> Result<NotificationPlan, TemplateError> {
    let event = target.required_text("Event")?;
    if !event.starts_with("s3:ObjectCreated:") {
        return Err(target.invalid("Event", format!("{event} is not emulated")));
    }
    let arn = target.required_text("Queue")?;
    let queue =
        queue_of_arn(&arn).ok_or_else(|| target.invalid("Queue", "is not the ARN of a queue"))?.to_owned();
    let (mut prefix, mut suffix) = (String::new(), String::new());
    if let Some(mut filter) = target.nested("Filter")? {
        if let Some(mut key) = filter.nested("S3Key")? {
            for mut rule in key.nested_list("Rules")? {
                let value = rule.required_text("Value")?;
                match rule.required_text("Name")?.to_lowercase().as_str() {
                    "prefix" => prefix = value,
                    "suffix" => suffix = value,
                    other => return Err(rule.invalid("Name", format!("{other} is unknown"))),
                }
                rule.finish()?;
            }
            key.finish()?;
        }
        filter.finish()?;
    }
    target.finish()?;
    Ok(NotificationPlan { event, queue, prefix, suffix })
}

fn bucket_cors(mut rule: Properties) -> Result<CorsPlan, TemplateError> {
    rule.take("Id")?;
    let plan = CorsPlan {
        origins: rule.texts("AllowedOrigins")?,
        methods: rule.texts("AllowedMethods")?,
        headers: rule.texts("AllowedHeaders")?,
        expose: rule.texts("ExposedHeaders")?,
        max_age: rule.number("MaxAge")?,
        credentials: false,
    };
    rule.finish()?;
    Ok(plan)
}

pub(crate) fn queue(scope: &Rc<Scope>, logical_id: &str) -> Result<QueuePlan, TemplateError> {
    let mut properties = Properties::of_resource(scope, logical_id);
    let name = scope.physical_name(logical_id)?;
    properties.take("QueueName")?;
    if properties.flag("FifoQueue")? == Some(true) {
        return Err(properties.invalid("FifoQueue", "FIFO queues are not emulated"));
    }
    let mut seconds = |property: &str, default: u64| -> Result<Duration, TemplateError> {
        Ok(Duration::from_secs(properties.number(property)?.unwrap_or(default)))
    };
    let visibility_timeout = seconds("VisibilityTimeout", 30)?;
    let retention = seconds("MessageRetentionPeriod", 345_600)?;
    let delay = seconds("DelaySeconds", 0)?;
    let receive_wait = seconds("ReceiveMessageWaitTimeSeconds", 0)?;
    let redrive = match properties.nested("RedrivePolicy")? {
        Some(mut policy) => {
            let arn = policy.required_text("deadLetterTargetArn")?;
            let queue = queue_of_arn(&arn)
                .ok_or_else(|| policy.invalid("deadLetterTargetArn", "is not the ARN of a queue"))?
                .to_owned();
            let maximum_receives = policy.number("maxReceiveCount")?.unwrap_or(10);
            policy.finish()?;
            Some(RedrivePlan { queue, maximum_receives })
        }
        None => None,
    };
    properties.finish()?;
    Ok(QueuePlan { name, visibility_timeout, retention, delay, receive_wait, redrive })
}

pub(crate) fn secret(scope: &Rc<Scope>, logical_id: &str) -> Result<SecretPlan, TemplateError> {
    let mut properties = Properties::of_resource(scope, logical_id);
    let name = scope.physical_name(logical_id)?;
    properties.take("Name")?;
    let given = properties.text("SecretString")?;
    let value = match (given, properties.nested("GenerateSecretString")?) {
        (Some(text), None) => SecretValuePlan::Given(text),
        (None, Some(rule)) => SecretValuePlan::Generated(password_rule(rule)?),
        _ => {
            let message = "give it, or GenerateSecretString, and not both";
            return Err(properties.invalid("SecretString", message));
        }
    };
    properties.finish()?;
    Ok(SecretPlan { name, value })
}

fn password_rule(mut rule: Properties) -> Result<PasswordRule, TemplateError> {
    let key = rule.text("GenerateStringKey")?;
    let template = match rule.text("SecretStringTemplate")? {
        Some(text) => Some(
            serde_json::from_str::<Map<String, Value>>(&text)
                .map_err(|error| rule.invalid("SecretStringTemplate", error.to_string()))?,
        ),
        None => None,
    };
    let read = PasswordRule {
        length: rule.number("PasswordLength")?.unwrap_or(32),
        without_punctuation: rule.flag("ExcludePunctuation")?.unwrap_or(false),
        without_numbers: rule.flag("ExcludeNumbers")?.unwrap_or(false),
        without_lowercase: rule.flag("ExcludeLowercase")?.unwrap_or(false),
        without_uppercase: rule.flag("ExcludeUppercase")?.unwrap_or(false),
        excluded: rule.text("ExcludeCharacters")?.unwrap_or_default(),
        inside: template.zip(key),
    };
    // Passwords here always have a character of each allowed kind, and never a space.
    rule.take("RequireEachIncludedType")?;
    if rule.flag("IncludeSpace")? == Some(true) {
        return Err(rule.invalid("IncludeSpace", "is not emulated"));
    }
    rule.finish()?;
    Ok(read)
}
