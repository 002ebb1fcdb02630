//! A stack from the inside: its tables, buckets and queues, for what the API doesn't show.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anju_counters::Counters;
use anju_counters::bucket::BucketId;
use anju_counters::ports::{CounterStore as _, NoPause, Register as _};
use anju_counters::recount::Mode;
use anju_domain::change::{Change, Hash};
use anju_domain::count::Counts;
use anju_domain::household::Household;
use anju_domain::ids::{HouseholdId, LookupToken, PhotoId};
use anju_domain::region::{RegionCode, VillageCode};
use anju_domain::summary::{AlertKind, Packed};
use anju_register::Register;
use anju_register::demo::INITIAL_PASSWORD;
use anju_register::seed::Target;
use anju_store::keys::{self, PK, SK, objects};
use anju_store::search::PointerKey;
use anju_store::{Control, CounterTable, Registry};
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, Region, SharedCredentialsProvider};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_sqs::types::QueueAttributeName;

use crate::stack::Facts;
use crate::wait::until;

/// The epoch of the template's default.
const EPOCH: u32 = 1;

/// The services behind a stack's functions.
#[derive(Debug, Clone)]
pub struct Inside {
    /// Households, their histories and photos, regions.
    pub registry: Registry,
    /// The counts.
    pub counters: CounterTable,
    /// Accounts and what functions remember.
    pub control: Control,
    dynamodb: aws_sdk_dynamodb::Client,
    s3: aws_sdk_s3::Client,
    sqs: aws_sdk_sqs::Client,
    resources: BTreeMap<String, String>,
}

/// A public page as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPage {
    /// The household's revision that it shows.
    pub revision: u64,
    /// HTML.
    pub html: String,
}

impl Inside {
    /// The inside of the stack that these facts are of.
    pub async fn of(facts: &Facts) -> Self {
        let services = sdk(facts, &facts.endpoint);
        let dynamodb = aws_sdk_dynamodb::Client::new(&services);
        let s3 =
            aws_sdk_s3::config::Builder::from(&sdk(facts, &facts.address)).force_path_style(true).build();
        let table = |id: &str| facts.resources[id].clone();
        let key = pointer_key(&services, &facts.resources["PointerSecret"]).await;
        Inside {
            registry: Registry::new(dynamodb.clone(), table("RegistryTable")).with_pointer_key(key),
            counters: CounterTable::new(dynamodb.clone(), table("CountersTable")),
            control: Control::new(dynamodb.clone(), table("ControlTable")),
            dynamodb,
            s3: aws_sdk_s3::Client::from_conf(s3),
            sqs: aws_sdk_sqs::Client::new(&services),
            resources: facts.resources.clone(),
        }
    }

    /// Brings a register in, with an account for each region.
    pub async fn seed(&self, register: &Register) {
        let target = Target { registry: self.registry.clone(), control: self.control.clone() };
        target.seed(register, INITIAL_PASSWORD, |_| ()).await.expect("a seeded register");
    }

    /// Issues the nation's account alone.
    pub async fn issue_operator(&self) {
        let target = Target { registry: self.registry.clone(), control: self.control.clone() };
        let hash = anju_http::auth::password::hash(INITIAL_PASSWORD).expect("a hash");
        target.account(&RegionCode::nation(), &hash).await.expect("a table");
    }

    /// A household as it is stored.
    pub async fn household(&self, id: &HouseholdId) -> Household {
        self.registry.household(id).await.expect("a table").expect("a household")
    }

    /// All households of a register as they are stored.
    pub async fn households(&self, register: &Register) -> Vec<Household> {
        let mut households = Vec::new();
        for village in register.villages() {
            for number in 1..=village.households() {
                households.push(self.household(&HouseholdId::new(village.code().clone(), number)).await);
            }
        }
        households
    }

    /// The history of a household, if it is whole: a change per revision, each as it was written and linked
    /// to the one before, the last one the household's chain head.
    pub async fn sound_history(&self, id: &HouseholdId) -> Vec<Change> {
        let household = self.household(id).await;
        let history = self.registry.history(id).await.expect("a history");
        let mut previous = Hash::GENESIS;
        for (change, revision) in history.iter().zip(1_u64..) {
            assert_eq!(change.revision, revision, "{id}");
            assert_eq!(change.previous, previous, "{id}: revision {revision} is not linked");
            assert!(change.is_sound(), "{id}: revision {revision} is not as it was written");
            previous = change.hash;
        }
        assert_eq!(history.len() as u64, household.revision, "{id}");
        assert_eq!(previous, household.chain_head, "{id}");
        history
    }

    /// Waits until everything is counted, and counted right: the recount finds no difference, and every
    /// region's total is the fold of the register below it.
    pub async fn settled(&self, register: &Register) {
        until("the counts to equal the register", async || {
            let wrong = self.miscounted(register).await;
            if wrong.is_empty() { Ok(()) } else { Err(wrong) }
        })
        .await;
    }

    /// What is not counted as it should be.
    pub async fn miscounted(&self, register: &Register) -> Vec<String> {
        let counters = Counters { store: &self.counters, pause: NoPause, epoch: EPOCH };
        let villages: BTreeSet<VillageCode> =
            register.villages().map(|village| village.code().clone()).collect();
        let recounted = counters.recount(&self.registry, &villages, Mode::Check).await.expect("a recount");
        assert!(recounted.is_complete(), "{:?}", recounted.failed);
        let mut wrong: Vec<String> =
            recounted.differences.iter().map(|difference| format!("{difference:?}")).collect();
        for (region, fold) in self.fold(&villages).await {
            let counted = self.counts_of(&region).await;
            if counted != fold {
                wrong.push(format!("{region}: {counted:?} is not {fold:?}"));
            }
        }
        wrong
    }

    /// The counts of all regions above some households, made from the register alone.
    async fn fold(&self, villages: &BTreeSet<VillageCode>) -> BTreeMap<RegionCode, Counts> {
        let mut folds: BTreeMap<RegionCode, Counts> = BTreeMap::new();
        for village in villages {
            let households = self.registry.households_of(village).await.expect("a village");
            let counts: Vec<Counts> = households
                .iter()
                .map(|household| Counts::of(&household.summary.unpack().expect("a summary")))
                .collect();
            let counts = Counts::fold(&counts);
            let region = village.region();
            for region in region.ancestors().into_iter().chain([region.clone()]) {
                *folds.entry(region).or_default() += &counts;
            }
        }
        folds
    }

    /// The counts of a region.
    pub async fn counts_of(&self, region: &RegionCode) -> Counts {
        let counts = self.counters.counts_of(region).await.expect("a table");
        counts.map(|counts| counts.total()).unwrap_or_default()
    }

    /// A public page.
    pub async fn page(&self, token: &LookupToken) -> Option<StoredPage> {
        let got = self.s3.get_object().bucket(&self.resources["SiteBucket"]).key(objects::page(token));
        let object = match got.send().await {
            Ok(object) => object,
            Err(error) if error.as_service_error().is_some_and(|error| error.is_no_such_key()) => {
                return None;
            }
            Err(error) => panic!("{error:?}"),
        };
        let revision = object.metadata().and_then(|metadata| metadata.get("revision")).expect("a revision");
        let revision = revision.parse().expect("a number");
        let html = object.body.collect().await.expect("a page").to_vec();
        Some(StoredPage { revision, html: String::from_utf8(html).expect("text") })
    }

    /// Waits until the page of every household that has one shows its latest revision, while nobody edits.
    pub async fn published(&self, register: &Register) {
        for household in self.households(register).await {
            let Some(token) = household.lookup else { continue };
            until("a page to be published", async || {
                let shown = self.page(&token).await.map(|page| page.revision);
                if shown == Some(household.revision) {
                    Ok(())
                } else {
                    Err((&household.id, household.revision, shown))
                }
            })
            .await;
        }
    }

    /// Deletes a household's page and its village's own counts, behind the back of everything.
    pub async fn forget_counts_and_page(&self, id: &HouseholdId) {
        let token = self.household(id).await.lookup.expect("a token");
        let delete = self.s3.delete_object().bucket(&self.resources["SiteBucket"]).key(objects::page(&token));
        delete.send().await.expect("a deleted page");
        let keys = [keys::region_counts(id.village().region()), keys::bucket(&BucketId::of(id))];
        for key in keys {
            let delete = self.dynamodb.delete_item().table_name(&self.resources["CountersTable"]);
            delete.set_key(Some(key.attributes())).send().await.expect("a deleted item");
        }
    }

    /// Puts a wrong summary in a household's row, at the version that the row has.
    pub async fn plant_wrong_summary(&self, id: &HouseholdId, wrong: Packed) {
        let place = BucketId::of(id);
        let mut bucket = self.counters.bucket(&place).await.expect("a table").expect("a bucket");
        bucket.rows.get_mut(&id.number()).expect("a row").value = wrong;
        let version = bucket.version;
        self.counters.put_bucket(&place, &bucket, Some(version)).await.expect("a planted row");
    }

    /// The bodies of a queue's messages, which stay there.
    pub async fn bodies(&self, queue: &str) -> Vec<serde_json::Value> {
        let url = &self.resources[queue];
        let receive =
            self.sqs.receive_message().queue_url(url).max_number_of_messages(10).visibility_timeout(0);
        let messages = receive.send().await.expect("a queue").messages.unwrap_or_default();
        let bodies = messages.iter().filter_map(|message| message.body.as_deref());
        bodies.map(|body| serde_json::from_str(body).expect("JSON")).collect()
    }

    /// Throws a queue's messages away.
    pub async fn purge(&self, queue: &str) {
        self.sqs.purge_queue().queue_url(&self.resources[queue]).send().await.expect("an empty queue");
    }

    /// Sends dead letters back to where they came from, as one does once their cause is mended. Gives how many.
    pub async fn redrive(&self, letters: &str, source: &str) -> usize {
        let url = &self.resources[letters];
        let mut redriven = 0;
        loop {
            let receive = self.sqs.receive_message().queue_url(url).max_number_of_messages(10);
            let messages = receive.send().await.expect("a queue").messages.unwrap_or_default();
            if messages.is_empty() {
                return redriven;
            }
            for message in messages {
                self.send(source, &message.body.expect("a body")).await;
                let receipt = message.receipt_handle.expect("a receipt");
                let delete = self.sqs.delete_message().queue_url(url).receipt_handle(receipt);
                delete.send().await.expect("a deleted message");
                redriven += 1;
            }
        }
    }

    /// Asserts that each household knows just those that share an ID number with it.
    pub async fn sharing_is_known(&self, register: &Register) {
        for household in self.households(register).await {
            let sharing = self.registry.sharing_id_numbers(&household).await.expect("pointers");
            assert_eq!(household.id_shared_with, sharing, "{}", household.id);
            let flagged = household.alerts.contains_key(&AlertKind::IdDuplicate);
            assert!(!sharing.is_empty() || !flagged, "{} is flagged, and shares with nobody", household.id);
        }
    }

    /// How many messages are in each queue that isn't empty, visible or not.
    pub async fn messages(&self) -> BTreeMap<String, u64> {
        let mut messages = BTreeMap::new();
        for (id, url) in self.resources.iter().filter(|(_, value)| value.starts_with("http://")) {
            let kinds = [
                QueueAttributeName::ApproximateNumberOfMessages,
                QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
            ];
            let asked =
                self.sqs.get_queue_attributes().queue_url(url).set_attribute_names(Some(kinds.into()));
            let got = asked.send().await.expect("a queue").attributes.unwrap_or_default();
            let count: u64 = got.values().map(|count| count.parse::<u64>().expect("a number")).sum();
            if count > 0 {
                messages.insert(id.clone(), count);
            }
        }
        messages
    }

    /// Waits until all queues are empty, those of dead letters too.
    pub async fn queues_empty(&self) {
        until("all queues to be empty", async || {
            let left = self.messages().await;
            if left.is_empty() { Ok(()) } else { Err(left) }
        })
        .await;
    }

    /// Puts a file where uploads arrive, past all checks of the request for it.
    pub async fn put_upload(&self, photo: &PhotoId, bytes: Vec<u8>) {
        let put =
            self.s3.put_object().bucket(&self.resources["IncomingBucket"]).key(objects::incoming(photo));
        put.body(bytes.into()).send().await.expect("a stored file");
    }

    /// Sends a message.
    pub async fn send(&self, queue: &str, body: &str) {
        let send = self.sqs.send_message().queue_url(&self.resources[queue]).message_body(body);
        send.send().await.expect("a sent message");
    }

    /// The name, URL or ARN of a resource, by its logical id.
    pub fn resource(&self, id: &str) -> &str {
        &self.resources[id]
    }

    /// What the audit knows of an account, oldest first.
    pub async fn audit(&self, account: &RegionCode) -> Vec<serde_json::Value> {
        let query = (self.dynamodb.query().table_name(&self.resources["ControlTable"]))
            .key_condition_expression("PK = :audit")
            .expression_attribute_values(":audit", AttributeValue::S(format!("AUDIT#{account}")));
        let items = query.send().await.expect("a table").items.unwrap_or_default();
        items.into_iter().map(|item| serde_dynamo::from_item(item).expect("an entry")).collect()
    }

    /// Both keys of every item of every table.
    pub async fn table_keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        for table in ["RegistryTable", "ControlTable", "CountersTable"] {
            let scan = self.dynamodb.scan().table_name(&self.resources[table]).into_paginator().items();
            for item in scan.send().collect::<Result<Vec<_>, _>>().await.expect("a table") {
                let part = |name: &str| item[name].as_s().expect("a text key").clone();
                keys.push(format!("{} {}", part(PK), part(SK)));
            }
        }
        keys
    }

    /// Everything that the control table holds, as text; sets of bytes too, as far as they are text.
    pub async fn control_text(&self) -> String {
        let scan = self.dynamodb.scan().table_name(&self.resources["ControlTable"]).into_paginator().items();
        let items = scan.send().collect::<Result<Vec<_>, _>>().await.expect("a table");
        let bytes = items.iter().flat_map(HashMap::values).filter_map(|value| value.as_bs().ok()).flatten();
        let bytes: Vec<_> = bytes.map(|bytes| String::from_utf8_lossy(bytes.as_ref()).into_owned()).collect();
        format!("{items:?} {}", bytes.join(" "))
    }

    /// The key of every object of every bucket.
    pub async fn object_keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        for bucket in ["IncomingBucket", "PhotosBucket", "SiteBucket", "TransfersBucket"] {
            let list = self.s3.list_objects_v2().bucket(&self.resources[bucket]).into_paginator();
            for page in list.send().collect::<Result<Vec<_>, _>>().await.expect("a bucket") {
                keys.extend(page.contents.unwrap_or_default().into_iter().filter_map(|object| object.key));
            }
        }
        keys
    }
}

fn sdk(facts: &Facts, endpoint: &str) -> SdkConfig {
    let credentials =
        Credentials::new(&facts.access_key_id, &facts.secret_access_key, None, None, "stack.json");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(facts.region.clone()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(endpoint)
        .build()
}

async fn pointer_key(services: &SdkConfig, secret: &str) -> PointerKey {
    let client = aws_sdk_secretsmanager::Client::new(services);
    let got = client.get_secret_value().secret_id(secret).send().await.expect("a secret");
    let secret: serde_json::Value =
        serde_json::from_str(got.secret_string().expect("text")).expect("a secret in JSON");
    PointerKey::new(secret["key"].as_str().expect("a key"))
}
