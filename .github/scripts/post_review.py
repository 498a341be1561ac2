"""Posts the review that ``biasdetect score --format github-review`` writes; the action runs it, and nothing else does.

It reads the review from standard input. A suggestion that stands under the pull request already is not made again. Where
the run may write no reviews, as from a fork, it says so and fails nothing.
"""

from __future__ import annotations

import json
import os
import re
import sys
import urllib.error
import urllib.request

MARKER = re.compile(r"<!-- biasdetect:([0-9a-f,]+) -->")
PAGES = 20  # of a hundred comments each
SECONDS = 30
MAY_NOT = (
    "This run may not comment on the pull request: GITHUB_TOKEN may only read where it comes from a fork, or where the "
    "workflow does not say permissions: pull-requests: write. What is suggested stands in the annotations and the summary."
)


def call(path: str, body: object = None) -> object:
    """Ask GitHub's API, or tell it something."""
    request = urllib.request.Request(
        f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/{path}",
        None if body is None else json.dumps(body).encode(),
        {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
            "Content-Type": "application/json",
            "X-GitHub-Api-Version": "2022-11-28",
        },
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return json.load(answer)


def made_before(number: int) -> set[str]:
    """The findings for which a suggestion stands under the pull request."""
    known: set[str] = set()
    for page in range(1, PAGES + 1):
        comments = call(f"pulls/{number}/comments?per_page=100&page={page}")
        assert isinstance(comments, list)
        for comment in comments:
            for found in MARKER.findall(comment.get("body") or ""):
                known.update(found.split(","))
        if len(comments) < 100:
            break
    return known


def is_new(comment: dict[str, str], known: set[str]) -> bool:
    """Whether a comment is about a finding that was not commented on."""
    return any(not known.issuperset(found.split(",")) for found in MARKER.findall(comment["body"]))


def main() -> None:
    """Post what is new of a review."""
    review = json.load(sys.stdin)
    if not review["comments"]:
        print("biasdetect: nothing to suggest.")
        return
    try:
        number = int(os.environ["PULL_REQUEST"])
        known = made_before(number)
        review["comments"] = [comment for comment in review["comments"] if is_new(comment, known)]
        if review["comments"]:
            call(f"pulls/{number}/reviews", {**review, "commit_id": os.environ["HEAD_SHA"]})
        print(f"biasdetect: {len(review['comments'])} new suggestions.")
    except urllib.error.HTTPError as error:
        if error.code in (401, 403, 404):
            print(f"::notice title=biasdetect::{MAY_NOT}")
        else:  # 422: a line that the pull request does not show, as of a renamed file
            print(
                f"::notice title=biasdetect::GitHub took no suggestions (HTTP status {error.code}). See the annotations."
            )
    except (OSError, ValueError) as error:
        print(f"::notice title=biasdetect::GitHub was not reached ({type(error).__name__}). See the annotations.")


if __name__ == "__main__":
    main()
