use crate::ReservationId;
use crate::client::Client;
use crate::request::kind::{Create, Read};
use crate::request::{Request, nothing};
use crate::scope::Scope;
use crate::tagged::Tagged;
use crate::types::{NewReservation, Reservation};

/// Units that are held for a while (C5).
#[derive(Clone)]
pub struct Reservations(Scope);

impl Client {
    /// Units that are held for a while (C5).
    pub fn reservations(&self) -> Reservations {
        Reservations(Scope::root(self).below(&["reservations"]))
    }
}

impl Reservations {
    /// Holds units of a resource that is not charged yet.
    pub fn create(&self, new: &NewReservation) -> Request<Create, Tagged<Reservation>> {
        self.0.create(&[], new)
    }

    /// A reservation, for a day after it ended.
    pub fn get(&self, id: &ReservationId) -> Request<Read, Tagged<Reservation>> {
        self.0.get(&[id.as_str()])
    }

    /// Charges what it holds, for which there is always room.
    pub fn commit(&self, id: &ReservationId) -> Request<Create, Tagged<Reservation>> {
        self.0.create(&[id.as_str(), "commit"], &())
    }

    /// Gives back what it holds; nothing, when that has been given back.
    pub fn release(&self, id: &ReservationId) -> Request<Create, ()> {
        let path = self.0.at(&[id.as_str(), "release"]);
        Request::post(&self.0.client, path, &(), nothing)
    }
}
