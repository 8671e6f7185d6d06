package articles

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func TestOnlyPublicAddressesAreRead(t *testing.T) {
	t.Parallel()
	for _, a := range []string{
		"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1",
		"::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
	} {
		if isPublicAddr(netip.MustParseAddr(a)) {
			t.Errorf("isPublicAddr(%s): got true, want false", a)
		}
	}
	for _, a := range []string{"1.1.1.1", "203.119.25.1", "2400:3200::1"} {
		if !isPublicAddr(netip.MustParseAddr(a)) {
			t.Errorf("isPublicAddr(%s): got false, want true", a)
		}
	}
	f := newFetcher()
	for _, address := range []string{
		"http://127.0.0.1/a.png", "http://localhost/a.png", "http://[::1]/a.png", "http://0x7f000001/", "http://2130706433/", "file:///etc/passwd",
		"ftp://example.com/a", "http://user:password@example.com/", "data:image/png;base64,AAAA", "//example.com/a.png", "http://",
	} {
		if data, err := f.fetch(t.Context(), address); err == nil {
			t.Errorf("fetch(%s): got %d bytes, want a refusal", address, len(data))
		}
	}
}

// What leads inside is never asked, not even by a redirect; what is too long is cut.
func TestFetchFollowsNobodyInside(t *testing.T) {
	t.Parallel()
	asked := false
	secret := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked = true }))
	defer secret.Close()
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/redirect":
			http.Redirect(w, r, secret.URL, http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/long":
			io.Copy(w, io.LimitReader(zeros{}, maxFetched+10))
		case "/gone":
			http.NotFound(w, r)
		default:
			io.WriteString(w, "fine")
		}
	}))
	defer outside.Close()
	own := netip.MustParseAddrPort(strings.TrimPrefix(outside.URL, "http://"))
	f := newFetcher()
	f.allow = func(at netip.AddrPort) bool { return at == own }
	// The address in digits is refused before it is dialled; a name is not.
	base := strings.Replace(outside.URL, "127.0.0.1", "localhost", 1)
	if data, err := f.fetch(t.Context(), base+"/ok"); err != nil || string(data) != "fine" {
		t.Fatalf("fetch: got %q, %v", data, err)
	}
	for _, path := range []string{"/redirect", "/loop", "/long", "/gone"} {
		if data, err := f.fetch(t.Context(), base+path); err == nil {
			t.Errorf("fetch(%s): got %d bytes, want an error", path, len(data))
		}
	}
	if _, err := f.fetch(t.Context(), base+"/long"); !errors.Is(err, errTooBig) {
		t.Errorf("fetch(/long): got %v, want %v", err, errTooBig)
	}
	if asked {
		t.Error("a redirect led inside")
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
