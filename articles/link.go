package articles

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"magpie/store"
)

// loadKey reads the key that signs links, or makes it: all processes share it through
// the database.
func (d *proofer) loadKey(ctx context.Context) error {
	fresh := make([]byte, 32)
	_, _ = rand.Read(fresh) // never fails
	var secret string
	if err := d.DB.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "insert into article_key (name, secret) values ('links', $1) on conflict (name) do nothing", hex.EncodeToString(fresh)); err != nil {
			return err
		}
		return tx.QueryRow(ctx, "select secret from article_key where name = 'links'").Scan(&secret)
	}); err != nil {
		return fmt.Errorf("read the key of preview links: %w", err)
	}
	var err error
	d.key, err = hex.DecodeString(secret)
	return err
}

// sign names what may be seen until when.
func (d *proofer) sign(what string, until int64) string {
	mac := hmac.New(sha256.New, d.key)
	fmt.Fprintf(mac, "%s\n%d", what, until)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// signed is a path with its signature.
func (d *proofer) signed(path string, until int64) string {
	return path + "?" + url.Values{"until": {strconv.FormatInt(until, 10)}, "sign": {d.sign(path, until)}}.Encode()
}

// link is the address of a preview page, as the account of a name has the article; "": as all
// have it.
func (d *proofer) link(article, revision int64, account string, until time.Time) string {
	return strings.TrimRight(d.PublicURL, "/") + d.signed(previewPath("/preview", article, revision, account), until.Unix())
}

func previewPath(head string, article, revision int64, account string) string {
	path := fmt.Sprintf("%s/%s/%d", head, name(article), revision)
	if account != "" {
		path += "/" + account
	}
	return path
}

// Link is the address of the preview page of an article's present text, and until when it
// may be looked at; "" where no page is served. Refuses with cards.NotFound where there is no
// such article, it has no text, or it was removed.
func (d *proofer) Link(ctx context.Context, n int64) (string, time.Time, error) {
	a, err := d.present(ctx, d.DB, n)
	if err != nil || d.PublicURL == "" {
		return "", time.Time{}, err
	}
	if _, err := d.Revision(ctx, d.DB, n, a.Revision); err != nil {
		return "", time.Time{}, err
	}
	until := d.Now().Add(d.PreviewTTL)
	return d.link(n, a.Revision, "", until), until, nil
}

// mayLook is 200, 403 for a signature that is not ours, or 410 for one that was.
func (d *proofer) mayLook(r *http.Request) (until int64, status int) {
	q := r.URL.Query()
	until, err := strconv.ParseInt(q.Get("until"), 10, 64)
	if err != nil || len(d.key) == 0 || !hmac.Equal([]byte(q.Get("sign")), []byte(d.sign(r.URL.Path, until))) {
		return 0, http.StatusForbidden
	}
	if d.Now().Unix() >= until {
		return 0, http.StatusGone
	}
	return until, http.StatusOK
}
