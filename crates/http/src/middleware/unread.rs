//! Bodies that nobody reads to their end. The connection would wait for the rest of a chunked one for as long as it takes, unless somebody
//! still holds it when the answer has left: then it closes.

use std::cell::RefCell;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::HttpMessage;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt};

/// The body of a request, which outlives its reader.
#[derive(Clone)]
pub(super) struct HeldBody(Rc<RefCell<Payload>>);

impl HeldBody {
    /// Holds the body of a request that has one.
    pub fn of(request: &mut ServiceRequest) -> Option<Self> {
        match request.take_payload() {
            Payload::None => None,
            payload => {
                let held = Self(Rc::new(RefCell::new(payload)));
                request.set_payload(Payload::Stream {
                    payload: Box::pin(held.clone()),
                });
                Some(held)
            }
        }
    }

    /// An answer that holds it until it has left.
    pub fn under(self, answer: BoxBody) -> BoxBody {
        BoxBody::new(Holding {
            answer,
            _request: self,
        })
    }
}

impl fmt::Debug for HeldBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HeldBody")
    }
}

impl Stream for HeldBody {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.borrow_mut().poll_next_unpin(context)
    }
}

struct Holding {
    answer: BoxBody,
    _request: HeldBody,
}

impl MessageBody for Holding {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.answer.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.answer.as_pin_mut().poll_next(context)
    }
}
