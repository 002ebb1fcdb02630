//! Commands for operators, on a stack.

use std::process::Command;

use crate::stack::{Stack, binaries};

/// A command of this workspace with everything in its environment that it finds a stack by.
pub fn on(stack: &Stack, binary: &str) -> Command {
    let facts = stack.facts();
    let resource = |id: &str| facts.resources[id].as_str();
    let mut command = Command::new(binaries().join(binary));
    command
        .env("REGISTRY_TABLE", resource("RegistryTable"))
        .env("COUNTERS_TABLE", resource("CountersTable"))
        .env("CONTROL_TABLE", resource("ControlTable"))
        .env("COUNTER_EPOCH", "1")
        .env("POINTER_SECRET_ID", resource("PointerSecret"))
        .env("PHOTOS_BUCKET", resource("PhotosBucket"))
        .env("SITE_BUCKET", resource("SiteBucket"))
        .env("AWS_ENDPOINT_URL", &facts.endpoint)
        .env("AWS_ENDPOINT_URL_S3", &facts.address)
        .env("AWS_REGION", &facts.region)
        .env("AWS_ACCESS_KEY_ID", &facts.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", &facts.secret_access_key)
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_EC2_METADATA_DISABLED", "true");
    command
}
