//! Requests and answers dropped, throttling, failing services, functions, pollers and the whole stack killed,
//! while officers work: nothing that was acknowledged is lost, and no count drifts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anju_domain::ids::HouseholdId;
use anju_domain::region::RegionCode;
use anju_register::RegisterRow;
use anju_tests::client::PASSWORD;
use anju_tests::faults::{KINDS, Tally, end_pollers, set_shares};
use anju_tests::recount::Recount;
use anju_tests::wait::until_nothing_is_left;
use anju_tests::{Answer, Client, Inside, Stack, forms};
use http::StatusCode;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How hard it is to be.
struct Plan {
    /// Villages, each with an officer at work.
    villages: u32,
    households: u32,
    /// Requests that each kind of fault is to hit.
    goal: u64,
    /// How often the whole stack is killed.
    kills: u32,
    seed: u64,
}

impl Plan {
    /// How far a long run has come.
    #[expect(clippy::print_stderr, reason = "for those who wait for it")]
    fn tell(&self, tally: &Tally, deaths: &Deaths) {
        if self.goal > 1_000 {
            let hits = KINDS.map(|kind| tally.of_kind(kind));
            eprintln!("{} requests, hit {hits:?} of {}, {deaths:?}", tally.requests, self.goal);
        }
    }
}

/// What was acknowledged: the household, and the head of its history as the answer had it.
type Acknowledged = Arc<Mutex<Vec<(HouseholdId, String)>>>;

/// An officer who repeats each call until it is answered.
struct Officer {
    client: Client,
    account: String,
    rows: Vec<RegisterRow>,
    address: watch::Receiver<String>,
    random: StdRng,
    acknowledged: Acknowledged,
}

impl Officer {
    /// Works until told that it is enough. What was begun is brought to its end.
    async fn work(mut self, enough: watch::Receiver<bool>) -> u64 {
        let mut attempts = 0;
        for call in 0.. {
            if *enough.borrow() {
                break;
            }
            let row = self.rows.choose(&mut self.random).unwrap().clone();
            let (save, form) = self.form(&row);
            attempts += self.until_answered(&row.id(), save, &form, &format!("call-{call}")).await;
        }
        attempts
    }

    /// A draft or a completion; some correct the ID number, to one that others have, too.
    fn form(&mut self, row: &RegisterRow) -> (bool, Value) {
        let form = [forms::unsecured(), forms::sheltered()].choose(&mut self.random).unwrap().clone();
        let shared = self.random.random_range(0..6) == 0;
        // One of two neighbours has the other's: those who share are few, as they are in life.
        let neighbour = self.rows.iter().find(|other| other.number == row.number ^ 1).unwrap_or(row);
        let id_number = forms::id_number_of(if shared { neighbour } else { row });
        let correction = json!({"id_number": id_number, "phone": forms::PHONE});
        (self.random.random_range(0..3) == 0, forms::with(form, json!({"correction": correction})))
    }

    /// Sends it under one Idempotency-Key until it is answered; gives how often that was.
    async fn until_answered(&mut self, id: &HouseholdId, save: bool, form: &Value, key: &str) -> u64 {
        for attempt in 1.. {
            let address = self.address.borrow().clone();
            let client = self.client.at(&address);
            let call = if save { client.save(id, form) } else { client.complete(id, form) };
            let answer = call.header("if-match", "*").once(&format!("{id}-{key}")).try_send().await;
            match answer {
                Ok(answer) if answer.status == StatusCode::OK => {
                    let head = answer.json()["chain_head"].as_str().unwrap().to_owned();
                    self.acknowledged.lock().unwrap().push((id.clone(), head));
                    return attempt;
                }
                // What is completed isn't saved as a draft.
                Ok(answer) if save && answer.status == StatusCode::CONFLICT => return attempt,
                Ok(answer) if answer.status == StatusCode::UNAUTHORIZED => self.sign_in(&client).await,
                Ok(answer) => assert_passing(&answer),
                // The stack is away.
                Err(_) => {}
            }
            let pause = self.random.random_range(5..50);
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        unreachable!("it is sent until it is answered")
    }

    /// Access tokens live for minutes only.
    async fn sign_in(&mut self, client: &Client) {
        let who = json!({"account": self.account, "password": PASSWORD});
        let Ok(answer) = client.post("/v1/sessions", &who).without("authorization").try_send().await else {
            return;
        };
        if answer.status == StatusCode::CREATED {
            self.client = client.with_token(answer.json()["access_token"].as_str().unwrap());
        } else {
            assert_passing(&answer);
        }
    }
}

/// What a client is to send again.
fn assert_passing(answer: &Answer) {
    let again = answer.status.is_server_error() || answer.status == StatusCode::TOO_MANY_REQUESTS;
    assert!(again, "{}: {}", answer.status, answer.text());
}

/// What was done to the stack, beside the faults of single requests.
#[derive(Debug, Default)]
struct Deaths {
    functions: u64,
    pollers: u64,
    stacks: u32,
}

/// Does harm until each kind of fault has met the goal.
async fn harm(
    stack: &mut Stack,
    plan: &Plan,
    address: &watch::Sender<String>,
    officers: &mut JoinSet<u64>,
) -> (Tally, Deaths) {
    let mut random = StdRng::seed_from_u64(plan.seed);
    let (mut tally, mut deaths) = (Tally::default(), Deaths::default());
    let mut killed_at = 0;
    loop {
        let shares: BTreeMap<&str, f64> =
            KINDS.iter().map(|kind| (*kind, random.random_range(0.0..0.1))).collect();
        set_shares(stack, &shares).await;
        for _ in 0..random.random_range(2..8) {
            tokio::time::sleep(Duration::from_millis(random.random_range(30..250))).await;
            if let Some(process) = stack.processes().choose(&mut random) {
                process.kill();
                deaths.functions += 1;
            }
        }
        if let Some(gone) = officers.try_join_next() {
            panic!("an officer gave up: {gone:?}");
        }
        end_pollers(stack).await;
        deaths.pollers += 1;
        tally.look(stack).await;
        plan.tell(&tally, &deaths);
        let least = KINDS.iter().map(|kind| tally.of_kind(kind)).min().unwrap_or_default();
        if least >= plan.goal && deaths.stacks >= plan.kills {
            set_shares(stack, &BTreeMap::new()).await;
            return (tally, deaths);
        }
        if least >= killed_at && deaths.stacks < plan.kills {
            stack.kill_9();
            tally.carry_over();
            deaths.stacks += 1;
            killed_at = plan.goal * u64::from(deaths.stacks) / u64::from(plan.kills);
            stack.start_again().await;
            address.send_replace(stack.facts().address.clone());
        }
    }
}

/// Waits until all is done that was left to do: there may be a lot to catch up on. Gives how many messages were sent
/// back from dead letters: five failures in a row are an outage to a queue, and this is what is done after one.
async fn at_rest(stack: &Stack, inside: &Inside) -> usize {
    until_nothing_is_left("wrong counts", async || {
        let wrong = inside.miscounted(stack.register()).await;
        (wrong.len() as u64, wrong)
    })
    .await;
    let mut redriven = 0;
    until_nothing_is_left("messages in queues", async || {
        for (letters, source) in
            [("DuplicateDeadLetters", "DuplicateQueue"), ("RepairDeadLetters", "RepairQueue")]
        {
            redriven += inside.redrive(letters, source).await;
        }
        let left = inside.messages().await;
        (left.values().sum(), left)
    })
    .await;
    inside.settled(stack.register()).await;
    inside.published(stack.register()).await;
    inside.queues_empty().await;
    redriven
}

/// Works through a plan, and asserts that nothing was lost. Gives the report.
async fn survives(plan: Plan) -> String {
    let began = Instant::now();
    let mut stack = Stack::with_faults(2, plan.villages, plan.households, plan.seed).await;
    let (address, addresses) = watch::channel(stack.facts().address.clone());
    let (is_enough, enough) = watch::channel(false);
    let acknowledged = Acknowledged::default();
    let mut officers = JoinSet::new();
    for village in 0..plan.villages as usize {
        let officer = Officer {
            client: stack.officer(village).await,
            account: stack.village(village).to_string(),
            rows: stack.register().households(stack.village(village)).collect(),
            address: addresses.clone(),
            random: StdRng::seed_from_u64(plan.seed + 1_000 + village as u64),
            acknowledged: acknowledged.clone(),
        };
        officers.spawn(officer.work(enough.clone()));
    }
    let (tally, deaths) = harm(&mut stack, &plan, &address, &mut officers).await;
    is_enough.send_replace(true);
    let attempts: u64 = officers.join_all().await.into_iter().sum();

    let inside = stack.inside().await;
    let redriven = at_rest(&stack, &inside).await;
    let acknowledged = acknowledged.lock().unwrap().clone();
    assert!(!acknowledged.is_empty());
    assert_present(&stack, &inside, &acknowledged).await;
    inside.sharing_is_known(stack.register()).await;
    let recounted = Recount::of(&stack, "check 0").run().await;
    assert_eq!(recounted.code, Some(0), "{recounted:?}");
    let nation = inside.counts_of(&RegionCode::nation()).await;
    assert_eq!(nation.households(), u64::from(plan.households));
    let outcome = [
        ("acknowledged writes", acknowledged.len() as u64),
        ("calls for them", attempts),
        ("functions killed", deaths.functions),
        ("times that all pollers of streams were ended", deaths.pollers),
        ("times that the whole stack was killed", deaths.stacks.into()),
        ("messages redriven from dead letters", redriven as u64),
        ("requests between functions and services", tally.requests),
        ("acknowledged writes lost", 0),
        ("counts that differ from the register", 0),
    ];
    report(&plan, &tally, &outcome, began.elapsed())
}

/// Every acknowledged write stands in the history of its household, which is whole.
async fn assert_present(stack: &Stack, inside: &Inside, acknowledged: &[(HouseholdId, String)]) {
    for household in inside.households(stack.register()).await {
        let history = inside.sound_history(&household.id).await;
        let heads: Vec<String> = history.iter().map(|change| change.hash.to_string()).collect();
        for (_, head) in acknowledged.iter().filter(|(id, _)| *id == household.id) {
            assert!(heads.contains(head), "{}: an acknowledged write is lost", household.id);
        }
    }
}

fn report(plan: &Plan, tally: &Tally, outcome: &[(&str, u64)], took: Duration) -> String {
    let mut text = String::from("| fault | DynamoDB | S3 | SQS | all |\n|---|--:|--:|--:|--:|\n");
    for kind in KINDS {
        let of = |service: &str| tally.hits.get(&(service.to_owned(), kind.to_owned())).copied().unwrap_or(0);
        let (dynamodb, s3, sqs) = (of("dynamodb"), of("s3"), of("sqs"));
        let all = tally.of_kind(kind);
        text += &format!("| {} | {dynamodb} | {s3} | {sqs} | {all} |\n", kind.replace('_', " "));
    }
    text += "\n| | |\n|---|--:|\n";
    for (what, count) in outcome {
        text += &format!("| {what} | {count} |\n");
    }
    let Plan { villages, households, seed, .. } = plan;
    let minutes = took.as_secs_f64() / 60.0;
    text + &format!("\nSeed {seed}, {villages} officers, {households} households, {minutes:.1} minutes.\n")
}

#[tokio::test]
async fn what_was_acknowledged_under_faults_of_every_kind_is_there_counted_and_published() {
    survives(Plan { villages: 3, households: 24, goal: 25, kills: 2, seed: 1 }).await;
}

/// `make test-faults`: as many faults of each kind as `FAULTS` says; the report goes to `FAULT_REPORT`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes long: make test-faults"]
async fn the_same_with_many_more_of_them() {
    let number = |name: &str, default: u64| {
        std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
    };
    let (goal, seed) = (number("FAULTS", 10_000), number("SEED", 1));
    let plan = Plan { villages: 8, households: 160, goal, kills: 40, seed };
    let report = survives(plan).await;
    if let Ok(path) = std::env::var("FAULT_REPORT") {
        let page = std::fs::read_to_string(&path).expect("the page that the report goes into");
        let (text, _) = page.split_once("## The last run").expect("its last section");
        std::fs::write(path, format!("{text}## The last run\n\n{report}")).expect("a written report");
    }
}
