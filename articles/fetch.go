package articles

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

const (
	fetchWithin = 15 * time.Second
	maxFetched  = 10 << 20
	maxHops     = 3
)

// errForbidden says that an address is not one that a text may have us read.
var errForbidden = errors.New("only public addresses on ports 80 and 443 are read")

// fetcher reads images from addresses that a text names. It goes to public addresses
// alone: every connection is checked when it is dialled, after the name was looked up
// and at every redirect, so that neither a name nor a redirect leads inside.
type fetcher struct {
	client *http.Client
	allow  func(netip.AddrPort) bool
}

func newFetcher() *fetcher {
	f := &fetcher{allow: isPublic}
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !f.allow(at) {
			return errForbidden
		}
		return nil
	}}
	f.client = &http.Client{
		Timeout: fetchWithin,
		// No proxy: it would look names up for us, and go where it likes.
		Transport: &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: fetchWithin, DisableKeepAlives: true},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > maxHops {
				return errors.New("too many redirects")
			}
			return isReadable(r.URL)
		},
	}
	return f
}

// fetch reads what stands at an address, up to 10 MB.
func (f *fetcher) fetch(ctx context.Context, address string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errForbidden
	}
	if err := isReadable(u); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, errForbidden
	}
	req.Header.Set("Accept", "image/*")
	req.Header.Set("User-Agent", "magpie")
	res, err := f.client.Do(req)
	if errors.Is(err, errForbidden) {
		return nil, errForbidden
	}
	if err != nil {
		return nil, fmt.Errorf("no answer from %s", u.Hostname())
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %d", u.Hostname(), res.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, maxFetched+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the answer of %s broke off", u.Hostname())
	case len(data) > maxFetched:
		return nil, errTooBig
	}
	return data, nil
}

func isReadable(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.Hostname() == "" {
		return errForbidden
	}
	// An address in digits is checked before anything is dialled.
	if at, err := netip.ParseAddr(u.Hostname()); err == nil && !isPublicAddr(at) {
		return errForbidden
	}
	return nil
}

func isPublic(at netip.AddrPort) bool {
	return (at.Port() == 80 || at.Port() == 443) && isPublicAddr(at.Addr())
}

// inside are the ranges that net/netip has no word for: shared, documentation,
// benchmark, reserved, and those that carry an IPv4 address inside.
var inside = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10"),
}

func isPublicAddr(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() {
		return false
	}
	for _, p := range inside {
		if p.Contains(a) {
			return false
		}
	}
	return true
}
