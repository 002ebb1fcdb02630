//! What a template asks for, in the terms of the services here.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::filter::FilterPattern;

/// Everything the system consists of.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) functions: Vec<FunctionPlan>,
    pub(crate) routes: Vec<RoutePlan>,
    pub(crate) queue_mappings: Vec<QueueMapping>,
    pub(crate) stream_mappings: Vec<StreamMapping>,
    pub(crate) tables: Vec<TablePlan>,
    pub(crate) buckets: Vec<BucketPlan>,
    pub(crate) queues: Vec<QueuePlan>,
    pub(crate) secrets: Vec<SecretPlan>,
    pub(crate) api: HttpApiPlan,
    /// Physical names, or URLs of queues, by logical id.
    pub(crate) resources: BTreeMap<String, String>,
    /// Outputs of the root template.
    pub(crate) outputs: BTreeMap<String, String>,
}

#[derive(Debug, Clone)]
pub(crate) struct FunctionPlan {
    pub(crate) name: String,
    pub(crate) arn: String,
    /// File name below the folder of binaries.
    pub(crate) binary: String,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) timeout: Duration,
    pub(crate) memory_mb: u32,
    pub(crate) reserved_concurrency: Option<usize>,
}

#[derive(Debug, Clone)]
pub(crate) struct RoutePlan {
    /// `None` for any method.
    pub(crate) method: Option<String>,
    /// As written, e.g. `/v1/things/{id}`; `None` for `$default`.
    pub(crate) path: Option<String>,
    pub(crate) function: String,
    pub(crate) timeout: Duration,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct HttpApiPlan {
    pub(crate) cors: Option<CorsPlan>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct CorsPlan {
    pub(crate) origins: Vec<String>,
    pub(crate) methods: Vec<String>,
    pub(crate) headers: Vec<String>,
    pub(crate) expose: Vec<String>,
    pub(crate) max_age: Option<u32>,
    pub(crate) credentials: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct QueueMapping {
    pub(crate) function: String,
    pub(crate) queue: String,
    pub(crate) batch_size: usize,
    pub(crate) window: Duration,
    pub(crate) partial_responses: bool,
    pub(crate) maximum_concurrency: Option<usize>,
}

#[derive(Debug, Clone)]
pub(crate) struct StreamMapping {
    /// Names the checkpoint: nested stacks, function and event.
    pub(crate) id: String,
    pub(crate) function: String,
    pub(crate) table: String,
    pub(crate) from_start: bool,
    pub(crate) batch_size: usize,
    pub(crate) window: Duration,
    pub(crate) partial_responses: bool,
    pub(crate) bisect: bool,
    /// `None`: for ever.
    pub(crate) maximum_retries: Option<u32>,
    /// `None`: any age.
    pub(crate) maximum_age: Option<Duration>,
    /// A record passes when one of them matches; none at all lets everything pass.
    pub(crate) filters: Vec<FilterPattern>,
    /// Queue that is told of records given up.
    pub(crate) on_failure: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct TablePlan {
    pub(crate) name: String,
    /// A `CreateTable` request, without its stream.
    pub(crate) definition: Value,
    pub(crate) stream: Option<StreamView>,
    pub(crate) expiry_attribute: Option<String>,
}

/// Which images a stream record carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StreamView {
    KeysOnly,
    NewImage,
    OldImage,
    NewAndOldImages,
}

impl StreamView {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::KeysOnly => "KEYS_ONLY",
            Self::NewImage => "NEW_IMAGE",
            Self::OldImage => "OLD_IMAGE",
            Self::NewAndOldImages => "NEW_AND_OLD_IMAGES",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::KeysOnly, Self::NewImage, Self::OldImage, Self::NewAndOldImages]
            .into_iter()
            .find(|view| view.name() == name)
    }

    pub(crate) fn has_new(self) -> bool {
        matches!(self, Self::NewImage | Self::NewAndOldImages)
    }

    pub(crate) fn has_old(self) -> bool {
        matches!(self, Self::OldImage | Self::NewAndOldImages)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct BucketPlan {
    pub(crate) name: String,
    pub(crate) notifications: Vec<NotificationPlan>,
    pub(crate) cors: Vec<CorsPlan>,
}

#[derive(Debug, Clone)]
pub(crate) struct NotificationPlan {
    /// e.g. `s3:ObjectCreated:*`.
    pub(crate) event: String,
    pub(crate) queue: String,
    pub(crate) prefix: String,
    pub(crate) suffix: String,
}

#[derive(Debug, Clone)]
pub(crate) struct QueuePlan {
    pub(crate) name: String,
    pub(crate) visibility_timeout: Duration,
    pub(crate) retention: Duration,
    pub(crate) delay: Duration,
    pub(crate) receive_wait: Duration,
    pub(crate) redrive: Option<RedrivePlan>,
}

#[derive(Debug, Clone)]
pub(crate) struct RedrivePlan {
    pub(crate) queue: String,
    pub(crate) maximum_receives: u32,
}

#[derive(Debug, Clone)]
pub(crate) struct SecretPlan {
    pub(crate) name: String,
    pub(crate) value: SecretValuePlan,
}

#[derive(Debug, Clone)]
pub(crate) enum SecretValuePlan {
    Given(String),
    Generated(PasswordRule),
}

/// `GenerateSecretString`.
#[derive(Debug, Clone, Default)]
pub(crate) struct PasswordRule {
    pub(crate) length: usize,
    pub(crate) without_punctuation: bool,
    pub(crate) without_numbers: bool,
    pub(crate) without_lowercase: bool,
    pub(crate) without_uppercase: bool,
    pub(crate) excluded: String,
    /// A JSON object, and the key in it that gets the password.
    pub(crate) inside: Option<(serde_json::Map<String, Value>, String)>,
}
