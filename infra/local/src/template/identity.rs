//! What `Ref` and `Fn::GetAtt` of a resource give: its physical name, ARN or address.

use super::accepted;
use super::error::TemplateError;
use super::scope::{Cloud, Scope};

/// `AWS::DynamoDB::Table` streams all carry the same label: a table's stream is never replaced here.
const STREAM_LABEL: &str = "2020-01-01T00:00:00.000";

/// The table a stream ARN belongs to.
pub(crate) fn table_of_stream(arn: &str) -> Option<&str> {
    let (_, table) = arn.split_once(":table/")?;
    table.split_once("/stream/").map(|(table, _)| table)
}

/// The ARN of a table's stream.
pub(crate) fn stream_arn(table: &str) -> String {
    Cloud::arn("dynamodb", &format!("table/{table}/stream/{STREAM_LABEL}"))
}

/// The queue an ARN belongs to.
pub(crate) fn queue_of_arn(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:aws:sqs:")?.rsplit(':').next()
}

impl Scope {
    /// The physical name: the one the template sets, or one made of the logical id.
    pub(crate) fn physical_name(&self, logical_id: &str) -> Result<String, TemplateError> {
        let kind = self.resource_kind(logical_id).unwrap_or_default();
        let property = match kind {
            "AWS::DynamoDB::Table" => "TableName",
            "AWS::S3::Bucket" => "BucketName",
            "AWS::SQS::Queue" => "QueueName",
            "AWS::Serverless::Function" => "FunctionName",
            _ => "Name",
        };
        if let Some(name) = self.raw_properties(logical_id).get(property) {
            let at = self.at(&format!("{logical_id}.{property}"));
            let name = self.guarded(&format!("name of {logical_id}"), &at, || self.evaluate(name, &at))?;
            if let Some(name) = name.as_ref().and_then(|name| name.as_str()) {
                return Ok(name.to_owned());
            }
        }
        let name = format!("{}-{logical_id}", Cloud::STACK_NAME);
        Ok(if kind == "AWS::S3::Bucket" { name.to_lowercase() } else { name })
    }

    pub(crate) fn resource_reference(&self, logical_id: &str, at: &str) -> Result<String, TemplateError> {
        let name = || self.physical_name(logical_id);
        match self.kind_for_reference(logical_id, at)? {
            "AWS::SQS::Queue" => Ok(self.queue_url(&name()?)),
            "AWS::SecretsManager::Secret" => Ok(secret_arn(&name()?)),
            _ => name(),
        }
    }

    pub(crate) fn resource_attribute(
        &self,
        logical_id: &str,
        attribute: &str,
        at: &str,
    ) -> Result<String, TemplateError> {
        let kind = self.kind_for_reference(logical_id, at)?;
        let name = self.physical_name(logical_id)?;
        match (kind, attribute) {
            ("AWS::DynamoDB::Table", "Arn") => Ok(Cloud::arn("dynamodb", &format!("table/{name}"))),
            ("AWS::DynamoDB::Table", "StreamArn") => Ok(stream_arn(&name)),
            ("AWS::S3::Bucket", "Arn") => Ok(format!("arn:aws:s3:::{name}")),
            ("AWS::S3::Bucket", "DomainName" | "RegionalDomainName") => Ok(format!("{name}.s3.localhost")),
            ("AWS::SQS::Queue", "Arn") => Ok(Cloud::arn("sqs", &name)),
            ("AWS::SQS::Queue", "QueueName") => Ok(name),
            ("AWS::SQS::Queue", "QueueUrl") => Ok(self.queue_url(&name)),
            ("AWS::SecretsManager::Secret", "Id") => Ok(secret_arn(&name)),
            ("AWS::Serverless::Function", "Arn") => Ok(function_arn(&name)),
            ("AWS::Serverless::HttpApi", "ApiEndpoint") => Ok(self.cloud.public_endpoint.clone()),
            ("AWS::Serverless::HttpApi", "ApiId") => Ok(name),
            (kind, attribute) if accepted::resource(kind).is_some() => {
                Ok(Cloud::arn("not-emulated", &format!("{name}/{attribute}")))
            }
            (kind, attribute) => Err(TemplateError::invalid(
                at,
                format!("{logical_id}: {kind} has no attribute {attribute} here"),
            )),
        }
    }

    /// The URL of a queue, as `Ref` gives it.
    pub(crate) fn queue_url(&self, name: &str) -> String {
        format!("{}/{}/{name}", self.cloud.internal_endpoint, Cloud::ACCOUNT)
    }

    fn kind_for_reference(&self, logical_id: &str, at: &str) -> Result<&str, TemplateError> {
        if let Some(kind) = self.resource_kind(logical_id) {
            return Ok(kind);
        }
        // The role that SAM makes for a function that names none.
        let function = logical_id.strip_suffix("Role").and_then(|function| self.resource_kind(function));
        if function == Some("AWS::Serverless::Function") {
            return Ok("AWS::IAM::Role");
        }
        Err(TemplateError::invalid(at, format!("there is no parameter or resource {logical_id}")))
    }
}

/// The ARN of a function.
pub(crate) fn function_arn(name: &str) -> String {
    Cloud::arn("lambda", &format!("function:{name}"))
}

/// The ARN of a secret; the real one ends in six random characters.
pub(crate) fn secret_arn(name: &str) -> String {
    Cloud::arn("secretsmanager", &format!("secret:{name}-local0"))
}
