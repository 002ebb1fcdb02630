//! The services that the store talks to: the local stack's, or those of an emulator that others have written.

use anju_store::pages::Pages;
use anju_store::photo_files::IncomingFiles;
use anju_store::repair::RepairQueue;
use anju_store::{Control, CounterTable, Registry};
use anju_tests::Stack;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, Region, SharedCredentialsProvider};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};

/// What the tests work on.
pub(crate) struct Services {
    pub(crate) registry: Registry,
    pub(crate) control: Control,
    pub(crate) counters: CounterTable,
    pub(crate) incoming: IncomingFiles,
    pub(crate) pages: Pages,
    pub(crate) repairs: RepairQueue,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) queue_url: String,
    /// Ends with the services.
    _stack: Option<Stack>,
}

/// Names of buckets, tables and the queue.
struct Names {
    registry: String,
    control: String,
    counters: String,
    incoming: String,
    pages: String,
    queue_url: String,
}

impl Services {
    /// Those of the emulator at `EMULATOR`, made anew; else a local stack's.
    pub(crate) async fn start() -> Self {
        match std::env::var("EMULATOR") {
            Ok(address) => {
                let sdk = sdk(&address, "us-east-1", "test", "test");
                let names = made_anew(&sdk).await;
                Services::of(&sdk, &sdk, names, None)
            }
            Err(_) => {
                let stack = Stack::of_one_village().await;
                let facts = stack.facts();
                let key = (facts.access_key_id.as_str(), facts.secret_access_key.as_str());
                let services = sdk(&facts.endpoint, &facts.region, key.0, key.1);
                let objects = sdk(&facts.address, &facts.region, key.0, key.1);
                let named = |id: &str| facts.resources[id].clone();
                let names = Names {
                    registry: named("RegistryTable"),
                    control: named("ControlTable"),
                    counters: named("CountersTable"),
                    incoming: named("IncomingBucket"),
                    pages: named("SiteBucket"),
                    // Nobody takes messages from this one.
                    queue_url: named("RepairDeadLetters"),
                };
                Services::of(&services, &objects, names, Some(stack))
            }
        }
    }

    fn of(services: &SdkConfig, objects: &SdkConfig, names: Names, stack: Option<Stack>) -> Self {
        let dynamodb = aws_sdk_dynamodb::Client::new(services);
        let s3 = aws_sdk_s3::config::Builder::from(objects).force_path_style(true).build();
        let s3 = aws_sdk_s3::Client::from_conf(s3);
        let sqs = aws_sdk_sqs::Client::new(services);
        Services {
            registry: Registry::new(dynamodb.clone(), names.registry),
            control: Control::new(dynamodb.clone(), names.control),
            counters: CounterTable::new(dynamodb, names.counters),
            incoming: IncomingFiles::new(s3.clone(), names.incoming),
            pages: Pages::new(s3, names.pages),
            repairs: RepairQueue::new(sqs.clone(), names.queue_url.clone()),
            sqs,
            queue_url: names.queue_url,
            _stack: stack,
        }
    }
}

fn sdk(endpoint: &str, region: &str, key: &str, secret: &str) -> SdkConfig {
    let credentials = Credentials::new(key, secret, None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(endpoint)
        .build()
}

/// Tables, buckets and a queue of names that nobody else has.
async fn made_anew(sdk: &SdkConfig) -> Names {
    let unique = format!("{:016x}", rand::random::<u64>());
    let name = |part: &str| format!("anju-{part}-{unique}");
    let names = Names {
        registry: name("registry"),
        control: name("control"),
        counters: name("counters"),
        incoming: name("incoming"),
        pages: name("pages"),
        queue_url: queue(sdk, &name("queue")).await,
    };
    let dynamodb = aws_sdk_dynamodb::Client::new(sdk);
    for table in [&names.registry, &names.control, &names.counters] {
        make_table(&dynamodb, table).await;
    }
    let s3 = aws_sdk_s3::config::Builder::from(sdk).force_path_style(true).build();
    let s3 = aws_sdk_s3::Client::from_conf(s3);
    for bucket in [&names.incoming, &names.pages] {
        s3.create_bucket().bucket(bucket).send().await.unwrap();
    }
    names
}

async fn queue(sdk: &SdkConfig, name: &str) -> String {
    let made = aws_sdk_sqs::Client::new(sdk).create_queue().queue_name(name).send().await.unwrap();
    made.queue_url.unwrap()
}

async fn make_table(dynamodb: &aws_sdk_dynamodb::Client, table: &str) {
    let mut create = dynamodb.create_table().table_name(table).billing_mode(BillingMode::PayPerRequest);
    for (name, kind) in [("PK", KeyType::Hash), ("SK", KeyType::Range)] {
        let text = AttributeDefinition::builder().attribute_name(name);
        let key = KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap();
        create = create
            .attribute_definitions(text.attribute_type(ScalarAttributeType::S).build().unwrap())
            .key_schema(key);
    }
    create.send().await.unwrap();
}
