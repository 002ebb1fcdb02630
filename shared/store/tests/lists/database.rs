//! A database in memory, reached through the real SDK, whose requests are counted.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anju_counters::Counters;
use anju_counters::ports::{CounterStore, NoPause};
use anju_counters::tally::Observed;
use anju_domain::change::{Actor, ChangeKind};
use anju_domain::household::Household;
use anju_domain::ids::HouseholdId;
use anju_query::HouseholdLists;
use anju_store::household::Transition;
use anju_store::search::PointerKey;
use anju_store::transaction::Write;
use anju_store::{Control, CounterTable, Registry};
use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, ConfigBag, Credentials, Intercept, Region, RuntimeComponents,
};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::{Client, Config};

const REGISTRY: &str = "registry-of-a-test";
const COUNTERS: &str = "counters-of-a-test";
const CONTROL: &str = "control-of-a-test";

/// Counts the requests that go out, and those that scan.
#[derive(Debug, Clone, Default)]
struct Requests {
    all: Arc<AtomicUsize>,
    scans: Arc<AtomicUsize>,
}

impl Intercept for Requests {
    fn name(&self) -> &'static str {
        "Requests"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.all.fetch_add(1, Ordering::SeqCst);
        let target = context.request().headers().get("x-amz-target").unwrap_or_default();
        self.scans.fetch_add(usize::from(target.ends_with(".Scan")), Ordering::SeqCst);
        Ok(())
    }
}

pub(crate) struct Database {
    pub(crate) lists: HouseholdLists<CounterTable, Registry>,
    pub(crate) control: Control,
    requests: Requests,
}

impl Database {
    /// With these households, all of them counted.
    pub(crate) async fn with(households: impl IntoIterator<Item = Household>) -> Self {
        let requests = Requests::default();
        let client = client(requests.clone()).await;
        let registry = Registry::new(client.clone(), REGISTRY.to_owned());
        let registry = registry.with_pointer_key(PointerKey::new("only for tests"));
        let control = Control::new(client.clone(), CONTROL.to_owned());
        let index = CounterTable::new(client, COUNTERS.to_owned());
        let database = Database { lists: HouseholdLists { index, register: registry }, control, requests };
        let mut entered = Vec::new();
        for household in households {
            entered.push(database.commit(None, household).await);
        }
        database.count(&entered).await;
        database
    }

    /// Changes a household.
    pub(crate) async fn change(&self, id: &HouseholdId, change: impl FnOnce(&mut Household)) {
        let changed = self.change_uncounted(id, change).await;
        self.count(&[changed]).await;
    }

    /// Changes a household; the counts don't know yet.
    pub(crate) async fn change_uncounted(
        &self,
        id: &HouseholdId,
        change: impl FnOnce(&mut Household),
    ) -> Household {
        let before = self.lists.register.household(id).await.unwrap().unwrap();
        let mut after = Household { revision: before.revision + 1, ..before.clone() };
        change(&mut after);
        self.commit(Some(&before), after).await
    }

    /// Requests since it was last asked.
    pub(crate) fn take_requests(&self) -> usize {
        self.requests.all.swap(0, Ordering::SeqCst)
    }

    /// Scans since it was last asked.
    pub(crate) fn take_scans(&self) -> usize {
        self.requests.scans.swap(0, Ordering::SeqCst)
    }

    async fn commit(&self, before: Option<&Household>, after: Household) -> Household {
        self.commit_with(before, after, Vec::new()).await
    }

    /// Changes a household together with something that belongs to it; the counts don't know yet.
    pub(crate) async fn commit_with(
        &self,
        before: Option<&Household>,
        after: Household,
        with: Vec<Write>,
    ) -> Household {
        let transition = Transition {
            before,
            after,
            kind: ChangeKind::Imported,
            by: Actor::System,
            recorded: serde_json::json!({}),
            photo: None,
            with,
        };
        self.lists.register.commit(transition).await.unwrap()
    }

    async fn count(&self, households: &[Household]) {
        let counters = Counters { store: &self.lists.index, pause: NoPause, epoch: 1 };
        let records: Vec<Observed> = households.iter().map(observed).collect();
        assert!(counters.tally(&records).await.failed.is_empty());
        let mut images = BTreeMap::new();
        for household in households {
            let id = anju_counters::bucket::BucketId::of(&household.id);
            let bucket = self.lists.index.bucket(&id).await.unwrap().unwrap();
            images.insert(id, bucket);
        }
        assert!(counters.roll_up(images).await.failed.is_empty());
    }
}

fn observed(household: &Household) -> Observed {
    Observed {
        household: household.id.clone(),
        revision: household.revision,
        old: None,
        new: household.summary().pack(),
    }
}

async fn client(requests: Requests) -> Client {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    // Ends with the test's runtime.
    tokio::spawn(anju_local::serve_in_memory(listener, &[REGISTRY, COUNTERS, CONTROL]));
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("local"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .endpoint_url(format!("http://{address}"))
        .interceptor(requests)
        .build();
    Client::from_conf(config)
}
