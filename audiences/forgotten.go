package audiences

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"magpie/outbox"
	"magpie/store"
)

// Somebody who was forgotten stands in versions as this and some of their digest, which is no
// openid: the others keep their places, and nobody is written to there.
const forgottenAs = "forgotten:"

func isForgotten(id string) bool { return strings.HasPrefix(id, forgottenAs) }

// digestOf is what is kept of somebody who was forgotten, so that they are not written to.
func digestOf(openid string) string {
	sum := sha256.Sum256([]byte(openid))
	return hex.EncodeToString(sum[:])
}

// digestsOf are the digests of those forgotten who want nothing more of an account. They are
// few: those who asked for both.
func digestsOf(ctx context.Context, q store.Queryer, account string) (map[string]bool, error) {
	digests, err := store.Column[string](q.Query(ctx, "select digest from unsubscribed_digest where account = $1", account))
	if err != nil {
		return nil, fmt.Errorf("read the unsubscribe list: %w", err)
	}
	known := make(map[string]bool, len(digests))
	for _, d := range digests {
		known[d] = true
	}
	return known, nil
}

// markDigests marks the members of a version who were forgotten, want nothing more, and were
// imported again.
func markDigests(ctx context.Context, q store.Queryer, version int64, members []outbox.Member) error {
	if len(members) == 0 {
		return nil
	}
	digests, err := store.Column[string](q.Query(ctx, "select digest from unsubscribed_digest where account = (select account from audience_version where version = $1)", version))
	if err != nil || len(digests) == 0 {
		return err
	}
	for i := range members {
		members[i].Unsubscribed = members[i].Unsubscribed || slices.Contains(digests, digestOf(members[i].OpenID))
	}
	return nil
}
