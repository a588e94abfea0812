use tenantry_application::page::{Page, PageRequest, Position};
use tenantry_application::ports::{ChargeKey, OrganizationScope};
use tenantry_domain::OrganizationId;
use tenantry_domain::charge::Charge;
use tenantry_domain::organization::Organization;

use crate::fixtures::*;
use crate::support::*;

fn organizations(
    backend: &Backend,
    request: &PageRequest<OrganizationId>,
) -> Page<Organization, OrganizationId> {
    let all = OrganizationScope::All.into();
    backend
        .read(|unit| unit.organizations().list(workspace_id(), &all, request))
        .unwrap()
}

#[test]
fn a_list_is_walked_forwards_and_backwards_while_it_changes() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            for n in 100..200 {
                add_organization(unit, &organization(n * 2, &[]));
            }
        });
        let mut seen = Vec::new();
        let mut request = page(7, Position::Start);
        let last = loop {
            let page = organizations(&backend, &request);
            seen.extend(page.items.iter().map(|organization| organization.id));
            let Some(next) = page.next else { break page };
            // Both before and behind the place that is reached.
            backend.write(|unit| {
                let gone = seen[seen.len() - 1];
                unit.organizations().delete_subtree(workspace_id(), gone).unwrap();
                add_organization(unit, &organization(gone.as_uuid().as_u128() + 1, &[]));
            });
            request.position = Position::After(next);
        };
        let own =
            |id: &OrganizationId| id.as_uuid().as_u128().is_multiple_of(2) && id.as_uuid().as_u128() >= 200;
        let expected: Vec<OrganizationId> = (100..200).map(|n| id(n * 2)).collect();
        assert_eq!(seen.iter().copied().filter(own).collect::<Vec<_>>(), expected);
        assert!(seen.is_sorted());

        let mut back: Vec<OrganizationId> = last
            .items
            .iter()
            .rev()
            .map(|organization| organization.id)
            .collect();
        let mut previous = last.previous;
        while let Some(key) = previous {
            let page = organizations(&backend, &page(7, Position::Before(key)));
            back.extend(page.items.iter().rev().map(|organization| organization.id));
            previous = page.previous;
        }
        back.reverse();
        let all = backend
            .read(|unit| unit.organizations().all(workspace_id()))
            .unwrap();
        assert_eq!(
            back,
            all.iter().map(|organization| organization.id).collect::<Vec<_>>()
        );
    }
}

#[test]
fn the_pages_of_a_ledger_meet_without_gap_or_overlap() {
    for backend in Backend::all() {
        seed(&backend);
        backend.write(|unit| {
            for n in 0..25 {
                for name in ["users", "sso", "locations"] {
                    let charge = Charge {
                        meter: meter(name),
                        ..charge(12, &format!("resource-{n}"), 1)
                    };
                    save_charge(unit, &charge);
                }
            }
        });
        let key = |charge: &Charge| ChargeKey {
            meter: charge.meter.clone(),
            resource_id: charge.resource_id.clone(),
        };
        let mut seen = Vec::new();
        let mut request = page(10, Position::Start);
        loop {
            let page = backend
                .read(|unit| unit.charges().list(workspace_id(), at_organization(12), &request))
                .unwrap();
            seen.extend(page.items.iter().map(key));
            let Some(next) = page.next else { break };
            request.position = Position::After(next);
        }
        assert_eq!(seen.len(), 75);
        assert!(seen.is_sorted_by(|a, b| a < b));
    }
}
