//! What a verification costs: units that were measured over the wire, and their price from a table in a file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::Failure;

/// Households of 镇雄县.
const COUNTY: f64 = 118_097.0;
/// Households of the nation.
const NATION: f64 = 23_415_247.0;
/// The function that photos go through, with memory and duration of its own.
const PHOTO_FUNCTION: &str = "process-photo";
/// Functions that messages of a queue start.
const QUEUE_FUNCTIONS: [&str; 3] = [PHOTO_FUNCTION, "flag-duplicates", "repair"];
/// Functions that records of a stream start.
const STREAM_FUNCTIONS: [&str; 3] = ["tally", "roll-up", "publish-lookup"];
/// The operations of every verification, from the doorstep to the public page.
pub const VISIT: [&str; 5] = ["record", "save a draft", "announce a photo", "upload a photo", "complete"];

/// Where costs come from.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// What operations take, as measured and reviewed.
    #[arg(long, default_value = "tests/cost/operations.json")]
    operations: PathBuf,
    /// Prices and assumptions.
    #[arg(long, default_value = "infra/load/prices/us-east-1.json")]
    prices: PathBuf,
}

/// What one function did for an operation.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Account {
    /// Events that it was given.
    pub invocations: f64,
    /// Requests to services, by service and operation.
    pub requests: BTreeMap<String, f64>,
    /// DynamoDB's read units.
    pub read_units: f64,
    /// DynamoDB's write units.
    pub write_units: f64,
}

/// Operations, each with what all functions did for it.
pub type Operations = BTreeMap<String, BTreeMap<String, Account>>;

/// The price file.
#[derive(Debug, Deserialize)]
pub struct Prices {
    currency: String,
    region: String,
    prices: BTreeMap<String, Price>,
    assumptions: BTreeMap<String, Assumption>,
}

#[derive(Debug, Deserialize)]
struct Price {
    price: f64,
}

#[derive(Debug, Deserialize)]
struct Assumption {
    value: f64,
}

/// Units of the bill.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Units {
    /// Calls of the API.
    pub calls: f64,
    /// Invocations of functions.
    pub invocations: f64,
    /// Of them, of `process-photo`.
    pub photo_invocations: f64,
    /// Requests to the database.
    pub database: f64,
    /// DynamoDB's read units.
    pub reads: f64,
    /// DynamoDB's write units.
    pub writes: f64,
    /// Requests that write to a bucket.
    pub object_writes: f64,
    /// Requests that read from a bucket.
    pub object_reads: f64,
    /// Requests to queues, Lambda's own included.
    pub queue: f64,
}

impl Units {
    /// Those of an operation, times `share`.
    pub fn of(operation: &BTreeMap<String, Account>, share: f64) -> Units {
        let mut units = Units::default();
        for (function, account) in operation {
            let requests = |named: &[&str]| -> f64 {
                let is_meant = |name: &str| named.iter().any(|prefix| name.starts_with(prefix));
                account.requests.iter().filter(|(name, _)| is_meant(name)).map(|(_, count)| count).sum()
            };
            let by_queue = QUEUE_FUNCTIONS.contains(&function.as_str());
            let by_stream = STREAM_FUNCTIONS.contains(&function.as_str());
            units.add(&Units {
                calls: if by_queue || by_stream { 0.0 } else { account.invocations * share },
                invocations: account.invocations * share,
                photo_invocations: if function == PHOTO_FUNCTION { account.invocations * share } else { 0.0 },
                database: requests(&["DynamoDB."]) * share,
                reads: account.read_units * share,
                writes: account.write_units * share,
                object_writes: requests(&["S3.PUT", "S3.POST"]) * share,
                object_reads: requests(&["S3.GET", "S3.HEAD"]) * share,
                // Lambda receives and deletes a batch by itself: two requests that no function makes.
                queue: (requests(&["AmazonSQS."]) + if by_queue { 2.0 * account.invocations } else { 0.0 })
                    * share,
            });
        }
        units
    }

    /// Adds those of something else.
    pub fn add(&mut self, more: &Units) {
        self.calls += more.calls;
        self.invocations += more.invocations;
        self.photo_invocations += more.photo_invocations;
        self.database += more.database;
        self.reads += more.reads;
        self.writes += more.writes;
        self.object_writes += more.object_writes;
        self.object_reads += more.object_reads;
        self.queue += more.queue;
    }
}

/// Reads [`Operations`] or [`Prices`].
///
/// # Errors
/// When the file isn't there or of another form.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let text = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(serde_json::from_slice(&text)?)
}

/// What an operation takes.
///
/// # Errors
/// When it wasn't measured.
pub fn units_of(operations: &Operations, name: &str, share: f64) -> Result<Units, Failure> {
    let operation = operations.get(name).ok_or_else(|| format!("{name} was not measured"))?;
    Ok(Units::of(operation, share))
}

/// The operations of one verification, with how many of each.
fn shares(prices: &Prices) -> Result<Vec<(&'static str, f64)>, Failure> {
    let each = |name: &str| prices.assumption(name).map(|verifications| 1.0 / verifications);
    let now_and_then = [
        ("sign in", each("verifications_a_sign_in")?),
        ("list of a village", each("verifications_a_list")?),
        ("report a problem", each("verifications_a_report")?),
        ("statistics of the nation", each("verifications_a_statistics_screen")?),
    ];
    Ok(VISIT.map(|name| (name, 1.0)).into_iter().chain(now_and_then).collect())
}

impl Prices {
    fn price(&self, name: &str) -> Result<f64, Failure> {
        let found = self.prices.get(name).map(|price| price.price);
        found.ok_or_else(|| format!("the price file has no {name}").into())
    }

    fn assumption(&self, name: &str) -> Result<f64, Failure> {
        let found =
            self.assumptions.get(name).map(|assumption| assumption.value).filter(|value| *value > 0.0);
        found.ok_or_else(|| format!("the price file has no {name} above 0").into())
    }

    /// The bill's lines for one verification.
    fn bill(&self, units: &Units) -> Result<Vec<(&'static str, f64)>, Failure> {
        let million = |count: f64, price: &str| self.price(price).map(|price| count * price / 1e6);
        let others = (units.invocations - units.photo_invocations)
            * self.assumption("billed_ms")?
            * self.assumption("memory_gb")?;
        let photos = units.photo_invocations
            * self.assumption("photo_billed_ms")?
            * self.assumption("photo_memory_gb")?;
        // As it was uploaded and as it was marked.
        let stored = 2.0 * self.assumption("photo_bytes")? / 1e9 * self.assumption("photo_months")?;
        Ok(vec![
            ("HTTP API", million(units.calls, "http_api_requests_million")?),
            ("Lambda requests", million(units.invocations, "lambda_requests_million")?),
            ("Lambda duration", million((others + photos) / 1000.0, "lambda_gb_seconds_million")?),
            ("DynamoDB writes", million(units.writes, "dynamodb_write_units_million")?),
            ("DynamoDB reads", million(units.reads, "dynamodb_read_units_million")?),
            ("S3 writes", million(units.object_writes, "s3_writes_million")?),
            ("S3 reads", million(units.object_reads, "s3_reads_million")?),
            ("SQS", million(units.queue, "sqs_requests_million")?),
            ("photos kept", stored * self.price("s3_gb_month")?),
        ])
    }
}

/// Says what a verification takes, and what the county and the nation cost.
///
/// # Errors
/// When a file can't be read, or lacks something.
pub fn table(options: &Options) -> Result<String, Failure> {
    let operations: Operations = read(&options.operations)?;
    let prices: Prices = read(&options.prices)?;
    let mut all = Units::default();
    let mut text = String::from(
        "| operation | times | functions | database requests | read units | write units | S3 writes | S3 reads | queue requests |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for (name, share) in shares(&prices)? {
        text += &line(name, share, &units_of(&operations, name, 1.0)?);
        all.add(&units_of(&operations, name, share)?);
    }
    text += &line("**a verification**", 1.0, &all);
    text += &format!(
        "\n| {} of {} | a verification | county (118,097) | nation (23,415,247) |\n|---|---|---|---|\n",
        prices.currency, prices.region
    );
    let bill = prices.bill(&all)?;
    let sum = bill.iter().map(|(_, price)| price).sum();
    for (name, price) in bill.into_iter().chain([("**sum**", sum)]) {
        text += &format!("| {name} | {price:.7} | {:.2} | {:.0} |\n", price * COUNTY, price * NATION);
    }
    Ok(text)
}

fn line(name: &str, share: f64, units: &Units) -> String {
    let Units { invocations, database, reads, writes, object_writes, object_reads, queue, .. } = units;
    format!(
        "| {name} | {share:.3} | {invocations:.1} | {database:.1} | {reads:.1} | {writes:.1} | {object_writes:.1} | {object_reads:.1} | {queue:.1} |\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_cost_two_requests_a_batch_that_no_function_makes() {
        let account = Account {
            invocations: 1.0,
            requests: BTreeMap::from([("S3.PUT".to_owned(), 2.0), ("DynamoDB.GetItem".to_owned(), 1.0)]),
            read_units: 1.0,
            ..Account::default()
        };
        let units = Units::of(&BTreeMap::from([(PHOTO_FUNCTION.to_owned(), account)]), 0.5);
        assert_eq!((units.queue, units.calls, units.photo_invocations), (1.0, 0.0, 0.5));
        assert_eq!((units.object_writes, units.database, units.reads), (1.0, 0.5, 0.5));
    }

    #[test]
    fn the_price_file_has_all_that_a_bill_asks_for() {
        let prices: Prices = serde_json::from_str(include_str!("../prices/us-east-1.json")).unwrap();
        let units = Units { writes: 1e6, ..Units::default() };
        let bill = prices.bill(&units).unwrap();
        let of = |name: &str| bill.iter().find(|(line, _)| *line == name).unwrap().1;
        assert_eq!(of("DynamoDB writes"), prices.price("dynamodb_write_units_million").unwrap());
        assert_eq!(of("HTTP API"), 0.0);
        assert!(shares(&prices).is_ok());
    }
}
