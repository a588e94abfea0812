"""Something of everything, so that requests meet what is there: ids, and a cursor of every list."""

import json
import urllib.request

# A picture of one pixel.
PICTURE = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class Caller:
    """Somebody with a token."""

    def __init__(self, base, token):
        self._base, self._token = base, token

    def ask(self, method, path, body=None):
        """The answer, which must be a success."""
        request = urllib.request.Request(self._base + path, method=method)
        request.add_header("Authorization", f"Bearer {self._token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def make(self, path, **body):
        """The id of something new."""
        return self.ask("POST", path, body)["id"]


def plant(owner, member):
    """Plants them, and tells the values by the names that parameters and fields have, and the cursors by operation."""
    user = member.ask("GET", "/oauth/userinfo")["id"]
    owner.make("/workspaces", name="Other", billing_mode="single")
    workspace = owner.make("/workspaces", name="ACME", billing_mode="pooled")
    at = f"/workspaces/{workspace}"
    owner.ask("POST", f"{at}/members", {"user_id": user, "role": "admin"})
    accounts = f"{at}/billing-accounts"
    account = {"email": "billing@acme.example", "currency": "usd"}
    first, second = (owner.make(accounts, name=name, **account) for name in ("North", "South"))
    subscriptions = [
        owner.make(f"{accounts}/{first}/subscriptions", product_quantities={"locations": many, "users": 50, "sso": 5})
        for many in (1000, 5)
    ]
    roots = f"{at}/organizations"
    shown = owner.make(roots, name="Shown", picture=PICTURE)
    picture = owner.ask("GET", f"{roots}/{shown}")["picture"]
    root = owner.make(roots, name="Root", branding={"login_hint": "root"}, limits={"locations": 100})
    owner.make(roots, name="Another")
    child = owner.make(f"{roots}/{root}/children", name="Child")
    owner.make(f"{roots}/{root}/children", name="Sibling")
    leaf = owner.make(f"{roots}/{child}/children", name="Leaf")
    # Nobody is told of the third, so that it stays: then the organizations above it and the workspace cannot go either.
    for resource in ("site-1", "site-2", "site-3"):
        owner.ask("PUT", f"/charges/locations/{resource}", {"organization_id": leaf})
    team = owner.make("/teams", name="Crew", organization_id=leaf)
    for resource in ("site-4", "site-5"):
        owner.ask("PUT", f"/charges/locations/{resource}", {"team_id": team})
    nothing = "0" * 22
    values = {
        "workspace_id": [workspace, f"ws_{nothing}"],
        "organization_id": [root, child, leaf, f"org_{nothing}"],
        "id": [root, child, leaf, f"org_{nothing}"],
        "billing_account_id": [first, second, f"cus_{nothing}"],
        "subscription_id": [*subscriptions, f"sub_{nothing}"],
        "user_id": [user, "018f0c2e-7a3b-7c4d-8e5f-0123456789ab"],
        "api_key_id": [owner.make("/api-keys", name="laptop"), "018f0c2e-7a3b-7c4d-8e5f-0123456789ab"],
        "credential_id": [
            owner.make(f"/teams/{team}/api-credentials", name="deploy"),
            "018f0c2e-7a3b-7c4d-8e5f-0123456789ab",
        ],
        "role_id": ["74656e61-6e74-8000-8000-000000000003", "018f0c2e-7a3b-7c4d-8e5f-0123456789ab"],
        "invite_id": ["018f0c2e-7a3b-7c4d-8e5f-0123456789ab"],
        "team_id": [team, "018f0c2e-7a3b-7c4d-8e5f-0123456789ab"],
        "login_hint": ["root", "nobody"],
        "picture": [PICTURE, picture],
        "picture_id": [picture.rpartition("/")[2], "0" * 64 + ".png"],
        "file": ["index.html", "swagger-ui.css", "nothing.txt"],
    }
    lists = {
        "list_workspaces": "/workspaces",
        "list_members": f"{at}/members",
        "list_organizations": roots,
        "list_children": f"{roots}/{root}/children",
        "list_descendants": f"{roots}/{root}/descendants",
        "list_ancestors": f"{roots}/{leaf}/ancestors",
        "list_charges": f"{roots}/{leaf}/charges",
        "list_team_charges": f"/teams/{team}/charges",
        "list_team_events": f"/teams/{team}/events",
        "list_billing_accounts": accounts,
        "list_subscriptions": f"{accounts}/{first}/subscriptions",
        "list_events": f"{at}/events",
    }
    cursor = lambda path: owner.ask("GET", f"{path}?limit=1")["next_cursor"]
    return values, {operation: cursor(path) for operation, path in lists.items()}
