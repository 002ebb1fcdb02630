//! DynamoDB's JSON protocol over the embedded database.
//!
//! The database has a server of its own. It reads each request four times, in order to refuse malformed ones in
//! DynamoDB's words, and goes through all tokens of the last ten minutes at each transaction: under load both cost
//! more than the database itself. SDKs send no malformed requests.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use dynoxide::actions::transact_write_items::TransactWriteItemsRequest;
use dynoxide::{Database, DynoxideError};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::aws_json::rendered;
use crate::server::{Answer, Handler, boxed};

/// How long a transaction's token counts.
const TOKEN_AGE: Duration = Duration::from_mins(10);

/// The operations of one database.
pub(super) struct Api {
    database: Database,
    tokens: Mutex<Tokens>,
}

/// Why an operation is not carried out.
#[derive(Debug)]
enum Refused {
    /// The database says so.
    ByDatabase(DynoxideError),
    /// The body is no request of the operation.
    Malformed(serde_json::Error),
    /// It isn't served here.
    UnknownOperation,
    /// Its token belongs to another transaction.
    TokenOfAnother,
    /// The database's answer can't be written.
    Unwritable(serde_json::Error),
}

impl Api {
    pub(super) fn new(database: Database) -> Self {
        Self { database, tokens: Mutex::default() }
    }

    fn answer(&self, operation: &str, body: &Bytes) -> Result<Bytes, Refused> {
        let database = &self.database;
        match operation {
            "BatchGetItem" => run(body, |request| database.batch_get_item(request)),
            "BatchWriteItem" => run(body, |request| database.batch_write_item(request)),
            "DeleteItem" => run(body, |request| database.delete_item(request)),
            "DescribeTable" => run(body, |request| database.describe_table(request)),
            "DescribeTimeToLive" => run(body, |request| database.describe_time_to_live(request)),
            "GetItem" => run(body, |request| database.get_item(request)),
            "ListTables" => run(body, |request| database.list_tables(request)),
            "PutItem" => run(body, |request| database.put_item(request)),
            "Query" => run(body, |request| database.query(request)),
            "Scan" => run(body, |request| database.scan(request)),
            "TransactGetItems" => run(body, |request| database.transact_get_items(request)),
            "TransactWriteItems" => self.transact_write_items(body),
            "UpdateItem" => run(body, |request| database.update_item(request)),
            _ => Err(Refused::UnknownOperation),
        }
    }

    /// Holds the tokens until it is done, so that the same transaction sent twice at once is carried out once. The
    /// database works on one request at a time anyway.
    fn transact_write_items(&self, body: &Bytes) -> Result<Bytes, Refused> {
        let mut request: TransactWriteItemsRequest = parse(body)?;
        let Some(token) = request.client_request_token.take() else {
            return written(self.database.transact_write_items(request));
        };
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if let Some(answer) = tokens.answer(&token, body, now)? {
            return Ok(answer);
        }
        let answer = written(self.database.transact_write_items(request))?;
        tokens.remember(token, body, answer.clone(), now);
        Ok(answer)
    }
}

impl Handler for Api {
    async fn handle(&self, request: Request<Incoming>, _client: SocketAddr) -> Answer {
        let (parts, body) = request.into_parts();
        let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
        let operation =
            target.and_then(|target| target.strip_prefix("DynamoDB_20120810.")).unwrap_or_default();
        let answer = match body.collect().await {
            Ok(body) => self.answer(operation, &body.to_bytes()),
            Err(_) => Ok(Bytes::new()),
        };
        boxed(match answer {
            Ok(answer) => rendered(StatusCode::OK, answer, "1.0"),
            Err(refused) => rendered(refused.status(), refused.body().into(), "1.0"),
        })
    }
}

impl Refused {
    fn status(&self) -> StatusCode {
        match self {
            Refused::ByDatabase(error) => {
                StatusCode::from_u16(error.status_code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
            Refused::Unwritable(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Refused::Malformed(_) | Refused::UnknownOperation | Refused::TokenOfAnother => {
                StatusCode::BAD_REQUEST
            }
        }
    }

    fn body(&self) -> String {
        let (name, message) = match self {
            Refused::ByDatabase(error) => return error.to_json(),
            Refused::Malformed(error) => {
                ("com.amazon.coral.service#SerializationException", error.to_string())
            }
            Refused::UnknownOperation => {
                ("com.amazon.coral.service#UnknownOperationException", "not emulated".to_owned())
            }
            Refused::TokenOfAnother => (
                "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException",
                "the token belongs to another transaction of the last ten minutes".to_owned(),
            ),
            Refused::Unwritable(error) => {
                ("com.amazonaws.dynamodb.v20120810#InternalServerError", error.to_string())
            }
        };
        json!({"__type": name, "message": message}).to_string()
    }
}

fn parse<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(Refused::Malformed)
}

fn written<T: Serialize>(outcome: Result<T, DynoxideError>) -> Result<Bytes, Refused> {
    let answer = outcome.map_err(Refused::ByDatabase)?;
    serde_json::to_vec(&answer).map(Bytes::from).map_err(Refused::Unwritable)
}

fn run<Q: DeserializeOwned, A: Serialize>(
    body: &Bytes,
    operation: impl FnOnce(Q) -> Result<A, DynoxideError>,
) -> Result<Bytes, Refused> {
    written(operation(parse(body)?))
}

/// The transactions of the last ten minutes by their tokens. One that failed has no token: sent again, it is tried
/// again.
#[derive(Default)]
struct Tokens {
    by_token: HashMap<String, Remembered>,
    by_age: VecDeque<(Instant, String)>,
}

struct Remembered {
    request: u64,
    answer: Bytes,
}

impl Tokens {
    /// The answer that the token's transaction was given, if it was carried out.
    fn answer(&mut self, token: &str, request: &Bytes, now: Instant) -> Result<Option<Bytes>, Refused> {
        self.forget(now);
        match self.by_token.get(token) {
            None => Ok(None),
            Some(remembered) if remembered.request == digest(request) => Ok(Some(remembered.answer.clone())),
            Some(_) => Err(Refused::TokenOfAnother),
        }
    }

    fn remember(&mut self, token: String, request: &Bytes, answer: Bytes, now: Instant) {
        self.by_age.push_back((now, token.clone()));
        self.by_token.insert(token, Remembered { request: digest(request), answer });
    }

    fn forget(&mut self, now: Instant) {
        let is_old = |(at, _): &mut (Instant, String)| now.duration_since(*at) >= TOKEN_AGE;
        while let Some((_, token)) = self.by_age.pop_front_if(is_old) {
            self.by_token.remove(&token);
        }
    }
}

fn digest(request: &Bytes) -> u64 {
    let mut hasher = DefaultHasher::new();
    request.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(token: &str, value: u32) -> Bytes {
        let condition = "attribute_not_exists(PK)";
        let item = json!({"PK": {"S": "a"}, "n": {"N": value.to_string()}});
        let put = json!({"TableName": "things", "Item": item, "ConditionExpression": condition});
        json!({"ClientRequestToken": token, "TransactItems": [{"Put": put}]}).to_string().into()
    }

    fn api() -> Api {
        let database = Database::memory().unwrap();
        let definition = json!({
            "TableName": "things",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "PK", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}],
        });
        database.create_table(serde_json::from_value(definition).unwrap()).unwrap();
        Api::new(database)
    }

    fn refusal(api: &Api, body: &Bytes) -> String {
        api.answer("TransactWriteItems", body).unwrap_err().body()
    }

    #[test]
    fn a_transaction_that_is_sent_again_is_answered_and_not_carried_out_again() {
        let api = api();
        let first = api.answer("TransactWriteItems", &body("one", 1)).unwrap();
        assert_eq!(api.answer("TransactWriteItems", &body("one", 1)).unwrap(), first);
        assert!(
            refusal(&api, &body("two", 1)).contains("ConditionalCheckFailed"),
            "its condition is looked at"
        );
        assert!(refusal(&api, &body("one", 2)).contains("IdempotentParameterMismatchException"));
    }

    #[test]
    fn a_transaction_that_failed_is_tried_again() {
        let api = api();
        api.answer("TransactWriteItems", &body("one", 1)).unwrap();
        assert!(refusal(&api, &body("two", 1)).contains("ConditionalCheckFailed"));
        let delete = json!({"TableName": "things", "Key": {"PK": {"S": "a"}}}).to_string().into();
        api.answer("DeleteItem", &delete).unwrap();
        api.answer("TransactWriteItems", &body("two", 1)).unwrap();
    }

    #[test]
    fn tokens_are_forgotten_after_ten_minutes_and_only_those() {
        let (mut tokens, begin) = (Tokens::default(), Instant::now());
        let later = begin + TOKEN_AGE / 2;
        tokens.remember("old".into(), &body("old", 1), "{}".into(), begin);
        tokens.remember("new".into(), &body("new", 1), "{}".into(), later);
        assert!(tokens.answer("old", &body("old", 1), later).unwrap().is_some());
        assert!(tokens.answer("old", &body("old", 1), begin + TOKEN_AGE).unwrap().is_none());
        assert!(tokens.answer("new", &body("new", 1), begin + TOKEN_AGE).unwrap().is_some());
        assert_eq!((tokens.by_token.len(), tokens.by_age.len()), (1, 1));
    }

    #[test]
    fn what_is_refused_has_the_names_that_clients_know() {
        let api = api();
        let refusal = |operation: &str, body: &'static str| {
            let refused = api.answer(operation, &body.into()).unwrap_err();
            assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
            refused.body()
        };
        assert!(refusal("GetItem", "[").contains("SerializationException"));
        assert!(refusal("CreateTable", "{}").contains("UnknownOperationException"));
        let unknown = r#"{"TableName": "nothing", "Key": {"PK": {"S": "a"}}}"#;
        assert!(refusal("GetItem", unknown).contains("ResourceNotFoundException"));
    }
}
