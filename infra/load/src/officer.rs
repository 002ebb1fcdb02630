//! An officer's steps, each measured, each sent again as a phone would.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anju_domain::ids::HouseholdId;
use bytes::Bytes;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::api::{Api, Call, Failure, Reply, Upload};
use crate::recorder::{Recorder, Step};

/// How often a step is sent again where no answer came or "later".
const RETRIES: u32 = 4;

/// After so long a phone asks for the next access token: long before the 15 minutes that one is good for.
const REFRESH_AFTER: Duration = Duration::from_secs(600);

/// A signed-in account. Its clones are one device.
#[derive(Debug, Clone)]
pub struct Officer {
    /// The account.
    pub account: String,
    device: Arc<Mutex<Device>>,
    recorder: Arc<Recorder>,
}

/// What a device holds.
#[derive(Debug)]
struct Device {
    /// The API as it is called with the access token.
    api: Api,
    refresh_token: String,
    since: Instant,
}

/// The answer to a sign-in and to a refresh.
#[derive(Deserialize)]
struct Session {
    access_token: String,
    refresh_token: String,
}

/// How to get in.
#[derive(Debug, Clone)]
pub struct SignIn<'a> {
    /// The account.
    pub account: &'a str,
    /// Its password.
    pub password: &'a str,
    /// Where the password is the issued one: what it is replaced with.
    pub chosen: Option<&'a str>,
}

/// What of a record the next step needs.
#[derive(Debug, Deserialize)]
pub struct Record {
    /// For `If-Match`.
    pub version: u64,
    /// The head as the register has them.
    pub head: Head,
    /// How far its verification is.
    pub state: String,
}

/// Numbers of a head.
#[derive(Debug, Deserialize)]
pub struct Head {
    /// ID number, right or wrong.
    #[serde(default)]
    pub id_number: Value,
    /// Phone, right or wrong or missing.
    #[serde(default)]
    pub phone: Value,
}

impl Officer {
    /// Signs in; with [`SignIn::chosen`] for the first time: profile and password are given.
    ///
    /// # Errors
    /// When a request fails for good.
    pub async fn sign_in(api: &Api, sign_in: &SignIn<'_>, recorder: &Arc<Recorder>) -> Result<Self, Failure> {
        let form = json!({"account": sign_in.account, "password": sign_in.password});
        let send = || api.post("/v1/sessions", &form).send(StatusCode::CREATED);
        let reply = step(recorder, Step::SignIn, Instant::now(), send).await?;
        let device = Device::of(api, reply.read()?)?;
        if let Some(chosen) = sign_in.chosen {
            let profile = json!({"name": "测试核验员", "position": "村支书", "phone": "16000000001"});
            device.api.put("/v1/me", &profile).send(StatusCode::OK).await?;
            let passwords = json!({"old_password": sign_in.password, "new_password": chosen});
            device.api.put("/v1/me/password", &passwords).send(StatusCode::OK).await?;
        }
        let (account, device) = (sign_in.account.to_owned(), Arc::new(Mutex::new(device)));
        Ok(Officer { account, device, recorder: Arc::clone(recorder) })
    }

    /// The API as this officer calls it now.
    ///
    /// # Errors
    /// When the access token grew old and there is no other.
    pub async fn api(&self) -> Result<Api, Failure> {
        let mut device = self.device.lock().await;
        if device.since.elapsed() > REFRESH_AFTER {
            let form = json!({"refresh_token": device.refresh_token});
            let send = || device.api.post("/v1/sessions/refresh", &form).send(StatusCode::OK);
            let reply = step(&self.recorder, Step::Refresh, Instant::now(), send).await?;
            *device = Device::of(&device.api, reply.read()?)?;
        }
        Ok(device.api.clone())
    }

    /// Households that nobody has verified yet, as many as a phone shows.
    ///
    /// # Errors
    /// When the request fails for good.
    pub async fn pending(&self, intended: Instant) -> Result<Vec<HouseholdId>, Failure> {
        #[derive(Deserialize)]
        struct Page {
            items: Vec<Row>,
        }
        #[derive(Deserialize)]
        struct Row {
            id: HouseholdId,
        }
        let list = |api: &Api| api.get("/v1/households?state=pending&limit=20");
        let page: Page = self.step(Step::List, intended, StatusCode::OK, list).await?.read()?;
        Ok(page.items.into_iter().map(|row| row.id).collect())
    }

    /// Opens a household.
    ///
    /// # Errors
    /// When the request fails for good.
    pub async fn open(&self, household: &HouseholdId, intended: Instant) -> Result<Record, Failure> {
        let path = format!("/v1/households/{household}");
        self.step(Step::Record, intended, StatusCode::OK, |api| api.get(&path)).await?.read()
    }

    /// Saves a draft, and gives the version that it has.
    ///
    /// # Errors
    /// When the request fails for good.
    pub async fn save(&self, household: &HouseholdId, version: u64, form: &Value) -> Result<u64, Failure> {
        let path = format!("/v1/households/{household}/verification");
        let key = key();
        let save = |api: &Api| api.put(&path, form).if_match(version).once(&key);
        let saved: Record = self.step(Step::Draft, Instant::now(), StatusCode::OK, save).await?.read()?;
        Ok(saved.version)
    }

    /// Announces and uploads a photo, and gives its id.
    ///
    /// # Errors
    /// When a request fails for good.
    pub async fn photograph(
        &self,
        household: &HouseholdId,
        photo: &Photo,
        intended: Instant,
    ) -> Result<String, Failure> {
        #[derive(Deserialize)]
        struct Announced {
            photo_id: String,
            upload: Upload,
        }
        let (path, form) = (format!("/v1/households/{household}/photos"), &photo.announcement);
        let key = key();
        let announce = |api: &Api| api.post(&path, form).once(&key);
        let announced: Announced =
            self.step(Step::Announce, intended, StatusCode::CREATED, announce).await?.read()?;
        let api = self.api().await?;
        let send = || async {
            match api.upload(&announced.upload, photo.file.clone()).await {
                // It is there: an upload that seemed to fail went through.
                Ok(_) | Err(Failure { status: Some(412), .. }) => Ok(()),
                Err(failure) => Err(failure),
            }
        };
        step(&self.recorder, Step::Upload, Instant::now(), send).await?;
        Ok(announced.photo_id)
    }

    /// Completes a verification with a form, or the draft as it is.
    ///
    /// # Errors
    /// When the request fails for good.
    pub async fn complete(
        &self,
        household: &HouseholdId,
        version: u64,
        form: Option<&Value>,
        intended: Instant,
    ) -> Result<(), Failure> {
        let path = format!("/v1/households/{household}/verification/complete");
        let key = key();
        let complete = |api: &Api| {
            let call = match form {
                Some(form) => api.post(&path, form),
                None => api.post_nothing(&path),
            };
            call.if_match(version).once(&key)
        };
        self.step(Step::Complete, intended, StatusCode::OK, complete).await?;
        self.recorder.completed(household);
        Ok(())
    }

    /// Reports a problem for a household.
    ///
    /// # Errors
    /// When the request fails for good.
    pub async fn report(&self, household: &HouseholdId) -> Result<(), Failure> {
        #[derive(Deserialize)]
        struct Reported {
            feedback_id: String,
        }
        let path = format!("/v1/households/{household}/feedback");
        let form = json!({"type": "house_quality", "content": "屋面漏雨,雨天厨房积水"});
        let key = key();
        let report = |api: &Api| api.post(&path, &form).once(&key);
        let reported: Reported =
            self.step(Step::Feedback, Instant::now(), StatusCode::CREATED, report).await?.read()?;
        self.recorder.reported(&self.account, reported.feedback_id);
        Ok(())
    }

    async fn step(
        &self,
        name: Step,
        intended: Instant,
        expected: StatusCode,
        call: impl Fn(&Api) -> Call,
    ) -> Result<Reply, Failure> {
        let api = self.api().await?;
        step(&self.recorder, name, intended, || call(&api).send(expected)).await
    }
}

impl Device {
    fn of(api: &Api, session: Session) -> Result<Self, Failure> {
        let Session { access_token, refresh_token } = session;
        Ok(Device { api: api.with_token(&access_token)?, refresh_token, since: Instant::now() })
    }
}

/// Sends, and sends the same again where no answer came; what comes of it is measured as one.
async fn step<T, F: Future<Output = Result<T, Failure>>>(
    recorder: &Recorder,
    step: Step,
    intended: Instant,
    send: impl Fn() -> F,
) -> Result<T, Failure> {
    let mut attempt = 0;
    loop {
        match send().await {
            Ok(answer) => {
                recorder.took(step, intended);
                return Ok(answer);
            }
            Err(failure) => {
                recorder.failed(step, &failure);
                pause(&failure, attempt).await.ok_or(failure)?;
                attempt += 1;
            }
        }
    }
}

/// Waits before the next attempt; none where there is to be no other.
async fn pause(failure: &Failure, attempt: u32) -> Option<()> {
    if !failure.is_worth_a_retry() || attempt >= RETRIES {
        return None;
    }
    let limit = 200_u64 << attempt;
    tokio::time::sleep(Duration::from_millis(rand::random_range(limit / 2..=limit))).await;
    Some(())
}

fn key() -> String {
    Uuid::new_v4().to_string()
}

/// A photo to upload.
#[derive(Debug, Clone)]
pub struct Photo {
    announcement: Value,
    file: Bytes,
}

impl Photo {
    /// A JPEG file, said to come from the camera.
    pub fn jpeg(file: Vec<u8>) -> Self {
        let announcement = json!({
            "purpose": "verification", "source": "camera", "content_type": "image/jpeg",
            "size": file.len(), "sha256": hex::encode(Sha256::digest(&file)),
        });
        Photo { announcement, file: file.into() }
    }
}
