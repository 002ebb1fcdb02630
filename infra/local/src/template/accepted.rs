//! The reviewed list: what a template may say although this stack doesn't act on it, and why that is
//! harmless in development. Everything that is neither carried out nor listed here is refused at start.

/// Resource types that are accepted as they are, their properties unread.
const RESOURCES: &[(&str, &str)] = &[
    ("AWS::ApiGatewayV2::ApiMapping", "no domain names: the stack is reached by address"),
    ("AWS::ApiGatewayV2::DomainName", "no domain names: the stack is reached by address"),
    (
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "a start takes milliseconds here, no process is started beforehand",
    ),
    ("AWS::Budgets::Budget", "nothing costs anything here"),
    ("AWS::CertificateManager::Certificate", "plain HTTP on the loopback address"),
    ("AWS::CloudFront::CachePolicy", "no CDN: the function behind it answers itself"),
    ("AWS::CloudFront::Distribution", "no CDN: the function behind it answers itself"),
    ("AWS::CloudFront::OriginAccessControl", "no CDN: the function behind it answers itself"),
    ("AWS::CloudFront::OriginRequestPolicy", "no CDN: the function behind it answers itself"),
    ("AWS::CloudFront::ResponseHeadersPolicy", "no CDN: the function behind it answers itself"),
    ("AWS::CloudWatch::Alarm", "nobody is woken by a development machine"),
    ("AWS::CloudWatch::CompositeAlarm", "nobody is woken by a development machine"),
    ("AWS::CloudWatch::Dashboard", "there are no metrics to draw"),
    ("AWS::IAM::ManagedPolicy", "permissions are not checked: every function may do everything"),
    ("AWS::IAM::Policy", "permissions are not checked: every function may do everything"),
    ("AWS::IAM::Role", "permissions are not checked: every function may do everything"),
    ("AWS::KMS::Alias", "data lies unencrypted in the data folder"),
    ("AWS::KMS::Key", "data lies unencrypted in the data folder"),
    ("AWS::Lambda::Permission", "invocations are not authorised"),
    ("AWS::Logs::LogGroup", "logs are files in the data folder"),
    ("AWS::Logs::MetricFilter", "there are no metrics"),
    ("AWS::S3::BucketPolicy", "permissions are not checked; unsigned requests are refused all the same"),
    ("AWS::SNS::Subscription", "topics carry alarms, and there are none"),
    ("AWS::SNS::Topic", "topics carry alarms, and there are none"),
    ("AWS::SNS::TopicPolicy", "topics carry alarms, and there are none"),
    ("AWS::SQS::QueuePolicy", "permissions are not checked"),
    ("AWS::SecretsManager::RotationSchedule", "secrets are made once and kept"),
    ("AWS::WAFv2::WebACL", "no firewall in front of the loopback address"),
    ("AWS::WAFv2::WebACLAssociation", "no firewall in front of the loopback address"),
];

/// Properties that are accepted, by the path of the property that holds them.
const PROPERTIES: &[(&str, &str, &str)] = &[
    ("AWS::DynamoDB::Table", "BillingMode", "capacity is not limited"),
    ("AWS::DynamoDB::Table", "ContributorInsightsSpecification", "there are no metrics"),
    ("AWS::DynamoDB::Table", "DeletionProtectionEnabled", "tables are never deleted here"),
    ("AWS::DynamoDB::Table", "KinesisStreamSpecification", "nothing consumes it here"),
    ("AWS::DynamoDB::Table", "OnDemandThroughput", "capacity is not limited"),
    ("AWS::DynamoDB::Table", "PointInTimeRecoverySpecification", "no backups of development data"),
    ("AWS::DynamoDB::Table", "SSESpecification", "data lies unencrypted in the data folder"),
    ("AWS::DynamoDB::Table", "TableClass", "a matter of price only"),
    ("AWS::DynamoDB::Table", "Tags", "for bills and people only"),
    ("AWS::DynamoDB::Table", "WarmThroughput", "capacity is not limited"),
    ("AWS::S3::Bucket", "AccessControl", "permissions are not checked"),
    ("AWS::S3::Bucket", "BucketEncryption", "data lies unencrypted in the data folder"),
    ("AWS::S3::Bucket", "LifecycleConfiguration", "objects stay until the data folder is deleted"),
    ("AWS::S3::Bucket", "LoggingConfiguration", "there are no access logs"),
    ("AWS::S3::Bucket", "OwnershipControls", "permissions are not checked"),
    ("AWS::S3::Bucket", "PublicAccessBlockConfiguration", "unsigned requests are refused anyway"),
    ("AWS::S3::Bucket", "Tags", "for bills and people only"),
    ("AWS::S3::Bucket", "VersioningConfiguration", "the project reads no old versions"),
    ("AWS::SQS::Queue", "KmsDataKeyReusePeriodSeconds", "data lies unencrypted in the data folder"),
    ("AWS::SQS::Queue", "KmsMasterKeyId", "data lies unencrypted in the data folder"),
    ("AWS::SQS::Queue", "RedriveAllowPolicy", "permissions are not checked"),
    ("AWS::SQS::Queue", "SqsManagedSseEnabled", "data lies unencrypted in the data folder"),
    ("AWS::SQS::Queue", "Tags", "for bills and people only"),
    ("AWS::SecretsManager::Secret", "Description", "for people only"),
    ("AWS::SecretsManager::Secret", "KmsKeyId", "data lies unencrypted in the data folder"),
    ("AWS::SecretsManager::Secret", "Tags", "for bills and people only"),
    ("AWS::Serverless::Function", "Architectures", "binaries are built for the machine they run on"),
    ("AWS::Serverless::Function", "AutoPublishAlias", "there is one version of a function: the binary"),
    ("AWS::Serverless::Function", "AutoPublishAliasAllProperties", "there is one version of a function"),
    ("AWS::Serverless::Function", "DeploymentPreference", "there is one version of a function"),
    ("AWS::Serverless::Function", "Description", "for people only"),
    ("AWS::Serverless::Function", "EphemeralStorage", "the disk is not limited"),
    ("AWS::Serverless::Function", "Handler", "the binary is its own handler"),
    ("AWS::Serverless::Function", "KmsKeyArn", "data lies unencrypted in the data folder"),
    ("AWS::Serverless::Function", "LoggingConfig", "output goes to a file as it is written"),
    ("AWS::Serverless::Function", "PermissionsBoundary", "permissions are not checked"),
    ("AWS::Serverless::Function", "Policies", "permissions are not checked: tested where they exist"),
    ("AWS::Serverless::Function", "PropagateTags", "for bills and people only"),
    ("AWS::Serverless::Function", "ProvisionedConcurrencyConfig", "a start takes milliseconds here"),
    ("AWS::Serverless::Function", "RecursiveLoop", "loops are not detected"),
    ("AWS::Serverless::Function", "Role", "permissions are not checked"),
    ("AWS::Serverless::Function", "RolePath", "permissions are not checked"),
    ("AWS::Serverless::Function", "Runtime", "the binary is the runtime"),
    ("AWS::Serverless::Function", "RuntimeManagementConfig", "the binary is the runtime"),
    ("AWS::Serverless::Function", "Tags", "for bills and people only"),
    ("AWS::Serverless::Function", "Tracing", "there are no traces"),
    ("AWS::Serverless::Function", "VersionDeletionPolicy", "there is one version of a function"),
    ("AWS::Serverless::Function", "VersionDescription", "there is one version of a function"),
    (
        "AWS::Serverless::Function.Events.DynamoDB",
        "ParallelizationFactor",
        "a shard is read in one line: slower, not different",
    ),
    ("AWS::Serverless::Function.Events.HttpApi", "RouteSettings", "requests are not throttled"),
    ("AWS::Serverless::Function.Events.SQS", "MetricsConfig", "there are no metrics"),
    (
        "AWS::Serverless::Function.Events.Schedule",
        "Schedule",
        "no clock calls anybody: a scheduled function is started by an Invoke request",
    ),
    ("AWS::Serverless::HttpApi", "AccessLogSettings", "the functions log each request"),
    ("AWS::Serverless::HttpApi", "DefaultRouteSettings", "requests are not throttled"),
    ("AWS::Serverless::HttpApi", "Description", "for people only"),
    (
        "AWS::Serverless::HttpApi",
        "DisableExecuteApiEndpoint",
        "no domain names: the stack is reached by address",
    ),
    ("AWS::Serverless::HttpApi", "Domain", "no domain names: the stack is reached by address"),
    ("AWS::Serverless::HttpApi", "FailOnWarnings", "nothing is imported"),
    ("AWS::Serverless::HttpApi", "Name", "for people only"),
    ("AWS::Serverless::HttpApi", "PropagateTags", "for bills and people only"),
    ("AWS::Serverless::HttpApi", "RouteSettings", "requests are not throttled"),
    ("AWS::Serverless::HttpApi", "Tags", "for bills and people only"),
];

/// The reason why a resource type is accepted, if it is.
pub(crate) fn resource(kind: &str) -> Option<&'static str> {
    RESOURCES.iter().find(|(accepted, _)| *accepted == kind).map(|(_, reason)| *reason)
}

/// The reason why a property is accepted, if it is.
pub(crate) fn property(holder: &str, name: &str) -> Option<&'static str> {
    PROPERTIES
        .iter()
        .find(|(accepted, property, _)| *accepted == holder && *property == name)
        .map(|(_, _, reason)| *reason)
}
