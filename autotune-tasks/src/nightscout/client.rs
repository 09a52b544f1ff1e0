//! Reading from and writing to one Nightscout.

use std::{fmt, sync::Arc};

use reqwest::{RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::sync::OnceCell;

use super::{
    Address, Credentials, NightscoutError, Period,
    credentials::{Held, sensitive},
    exchange::{Exchange, Purpose},
    records,
};

/// Records with one minute between them, and a good many repeated ones, fit into a day's answer.
const MOST_ENTRIES: usize = 2_000;
/// The most treatments that are asked for at once.
const MOST_TREATMENTS: usize = 2_000;
/// The most profiles and profile switches that are asked for.
const MOST_PROFILES: usize = 100;
/// How many records Nightscout gives that takes no notice of `count`.
const USUAL_COUNTS: [usize; 3] = [10, 100, 1_000];

/// A client of one Nightscout, through its API of version 1, which every server has.
///
/// Make one for a run, not for a program: what an access token is exchanged for
/// lasts for an hour.
#[derive(Clone)]
pub struct Client {
    address: Address,
    credentials: Credentials,
    exchange: Exchange,
    /// What the access token was exchanged for.
    bearer: Arc<OnceCell<SecretString>>,
}

impl Client {
    /// A client; nothing is sent yet.
    pub fn new(address: Address, credentials: Credentials) -> Result<Self, NightscoutError> {
        Ok(Self { address, credentials, exchange: Exchange::new()?, bearer: Arc::default() })
    }

    /// The address of the server.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// The newest glucose entry, however old; `None` if there is none at all.
    pub async fn newest_entry(&self) -> Result<Option<Value>, NightscoutError> {
        let mut url = self.api(["entries", "sgv.json"]);
        // Without a date, servers look at the last four days only.
        url.query_pairs_mut().append_pair("find[date][$gte]", "0").append_pair("count", "1");
        let mut entries = records::list(self.read(url, "entries").await?, "entries")?;
        entries.iter_mut().for_each(records::read_entry);
        Ok(entries.into_iter().next())
    }

    /// The glucose entries of a period, newest first.
    pub async fn entries(&self, period: Period) -> Result<Vec<Value>, NightscoutError> {
        let page = async |part: Period| {
            let mut url = self.api(["entries", "sgv.json"]);
            url.query_pairs_mut()
                .append_pair("find[date][$gte]", &part.first().as_millisecond().to_string())
                .append_pair("find[date][$lte]", &part.last().as_millisecond().to_string())
                .append_pair("count", &MOST_ENTRIES.to_string());
            records::list(self.read(url, "entries").await?, "entries")
        };
        let mut entries = whole(period, MOST_ENTRIES, "entries", page).await?;
        entries.iter_mut().for_each(records::read_entry);
        Ok(entries)
    }

    /// The treatments of a period by the time they were entered for, newest first.
    pub async fn treatments(&self, period: Period) -> Result<Vec<Value>, NightscoutError> {
        let page = async |part: Period| {
            let mut url = self.api(["treatments.json"]);
            url.query_pairs_mut()
                .append_pair("find[created_at][$gte]", &format!("{:.3}", part.first()))
                .append_pair("find[created_at][$lte]", &format!("{:.3}", part.last()))
                .append_pair("count", &MOST_TREATMENTS.to_string());
            records::list(self.read(url, "treatments").await?, "treatments")
        };
        let mut treatments = whole(period, MOST_TREATMENTS, "treatments", page).await?;
        treatments.iter_mut().for_each(records::read_treatment);
        Ok(treatments)
    }

    /// The latest treatments that switch to another profile, newest first, however old.
    pub async fn profile_switches(&self) -> Result<Vec<Value>, NightscoutError> {
        let mut url = self.api(["treatments.json"]);
        url.query_pairs_mut()
            .append_pair("find[eventType]", "Profile Switch")
            .append_pair("find[created_at][$gte]", "2000-01-01T00:00:00.000Z")
            .append_pair("count", &MOST_PROFILES.to_string());
        records::list(self.read(url, "profile switches").await?, "profile switches")
    }

    /// The latest profile documents, newest first, as they are stored.
    pub async fn profiles(&self) -> Result<Vec<Value>, NightscoutError> {
        let mut url = self.api(["profile.json"]);
        url.query_pairs_mut().append_pair("count", &MOST_PROFILES.to_string());
        records::list(self.read(url, "profiles").await?, "profiles")
    }

    /// Adds a profile document, and gives back what was stored.
    ///
    /// It is sent once, whatever happens: ask
    /// [`leaves_a_write_open`](NightscoutError::leaves_a_write_open) of an error
    /// whether it may be there all the same. An `_id` is left out, because
    /// Nightscout would store it in a form that it can never find again.
    pub async fn create_profile(&self, document: &Value) -> Result<Vec<Value>, NightscoutError> {
        let mut document = document.clone();
        if let Some(fields) = document.as_object_mut() {
            fields.remove("_id");
        }
        let request = self.exchange.http().post(self.api(["profile"])).json(&document);
        let purpose = self.purpose("stored profiles");
        let stored = Exchange::once(self.admitted(request).await?, purpose).await?;
        // What was stored has an id; an error message has none.
        let stored = if stored.get("_id").is_some() { Value::Array(vec![stored]) } else { stored };
        records::list(stored, purpose.what)
    }

    fn api<const N: usize>(&self, path: [&'static str; N]) -> Url {
        self.address.join(["api", "v1"].into_iter().chain(path))
    }

    const fn purpose(&self, what: &'static str) -> Purpose {
        Purpose { what, shown: self.credentials.kind() }
    }

    async fn read(&self, url: Url, what: &'static str) -> Result<Value, NightscoutError> {
        let request = self.admitted(self.exchange.http().get(url)).await?;
        Exchange::read(request, self.purpose(what)).await
    }

    /// A request with the credentials.
    async fn admitted(&self, request: RequestBuilder) -> Result<RequestBuilder, NightscoutError> {
        let refused = || NightscoutError::Unauthorized(self.credentials.kind());
        Ok(match self.credentials.held() {
            Held::Nothing => request,
            Held::HashedSecret(secret) => {
                request.header("api-secret", sensitive(secret, "").ok_or_else(refused)?)
            }
            Held::Token(token) => {
                let bearer = self.bearer.get_or_try_init(|| self.exchange_token(token)).await?;
                request.header("authorization", sensitive(bearer, "Bearer ").ok_or_else(refused)?)
            }
        })
    }

    /// What an access token is exchanged for: not every version takes the token itself.
    async fn exchange_token(&self, token: &SecretString) -> Result<SecretString, NightscoutError> {
        let path = ["api", "v2", "authorization", "request", token.expose_secret()];
        let purpose = self.purpose("access rights");
        let answer = Exchange::read(self.exchange.http().get(self.address.join(path)), purpose).await?;
        let bearer = answer.get("token").and_then(Value::as_str);
        bearer.map(SecretString::from).ok_or(NightscoutError::Unauthorized(purpose.shown))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("address", &self.address)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// All records of a period, newest first: a day at a time, and in halves where an
/// answer may be cut short.
async fn whole<F>(
    period: Period,
    most: usize,
    what: &'static str,
    page: F,
) -> Result<Vec<Value>, NightscoutError>
where
    F: AsyncFn(Period) -> Result<Vec<Value>, NightscoutError>,
{
    let mut all = Vec::new();
    let mut parts: Vec<Period> = period.days().collect();
    while let Some(part) = parts.pop() {
        let records = page(part).await?;
        let may_be_short = records.len() >= most || USUAL_COUNTS.contains(&records.len());
        match part.halves().filter(|_| may_be_short) {
            Some((older, newer)) => parts.extend([older, newer]),
            None if records.len() >= most => return Err(NightscoutError::CutShort { what }),
            None => all.extend(records),
        }
    }
    Ok(all)
}
