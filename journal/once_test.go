package journal

import (
	"context"
	"encoding/binary"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"magpie/cards"
	"magpie/store"
	"magpie/store/storetest"
)

// commitProxy passes everything on between magpie and PostgreSQL, until it is armed:
// then it lets a COMMIT through and swallows what comes back on that connection.
type commitProxy struct {
	armed, swallowed atomic.Int32
	falls, silent    atomic.Bool // falls: nothing comes back any more once a COMMIT went through
}

func (p *commitProxy) listen(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	server := u.Host
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go p.pass(c, server)
		}
	}()
	u.Host = listener.Addr().String()
	q := u.Query()
	q.Set("sslmode", "disable")
	u.RawQuery = q.Encode()
	return u.String()
}

func (p *commitProxy) pass(c net.Conn, server string) {
	s, err := net.Dial("tcp", server)
	if err != nil {
		c.Close()
		return
	}
	var silent atomic.Bool
	go func() {
		defer c.Close()
		buf := make([]byte, 64<<10)
		for {
			n, err := s.Read(buf)
			if err != nil {
				return
			}
			if !silent.Load() && !p.silent.Load() {
				if _, err := c.Write(buf[:n]); err != nil {
					return
				}
			}
		}
	}()
	defer s.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		// A simple query: Q, its length, "commit", 0.
		if text := string(buf[:n]); strings.HasPrefix(text, "Q") && n > 5 && binary.BigEndian.Uint32(buf[1:5]) == uint32(n-1) &&
			strings.HasPrefix(strings.ToLower(text[5:]), "commit") && p.armed.Add(-1) >= 0 {
			silent.Store(true)
			p.swallowed.Add(1)
			p.silent.Store(p.falls.Load())
		}
		if _, err := s.Write(buf[:n]); err != nil {
			return
		}
	}
}

// Where the answer to a COMMIT is lost, the line has its own answer all the same: what
// was done is not called undone.
func TestALostAnswerToACommit(t *testing.T) {
	t.Parallel()
	storetest.Need(t, "postgres")
	proxy := &commitProxy{}
	proxy.armed.Store(-1 << 20)
	address := storetest.Postgres(t)
	db := storetest.Open(t, proxy.listen(t, address))
	j := &Journal{DB: db, Room: "test", Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	say := func(once string) (string, error) {
		return Once(context.Background(), j, Entry{Once: once, Verb: "asked"},
			func(context.Context, *store.Tx, *Entry) (string, error) { return "done " + once, nil })
	}
	if said, err := say("before"); err != nil || said != "done before" {
		t.Fatalf("an undisturbed line: got %q, %v", said, err)
	}
	proxy.armed.Store(1)
	begun := time.Now()
	said, err := say("lost")
	if proxy.swallowed.Load() != 1 {
		t.Fatalf("the proxy swallowed %d answers, want 1", proxy.swallowed.Load())
	}
	if err != nil || said != "done lost" {
		t.Errorf("a line whose COMMIT was done and not answered: got %q, %v, want what was done", said, err)
	}
	if took := time.Since(begun); took > acceptWithin+readWithin+time.Second {
		t.Errorf("it took %s", took)
	}
	if said, err := say("lost"); err != nil || said != "done lost" {
		t.Errorf("the same line again: got %q, %v", said, err)
	}
}

// Where the database falls silent with a COMMIT on its way, nobody is told that nothing was
// done: it was.
func TestALineWhoseEndNobodyKnows(t *testing.T) {
	t.Parallel()
	storetest.Need(t, "postgres")
	proxy := &commitProxy{}
	address := storetest.Postgres(t)
	db := storetest.Open(t, proxy.listen(t, address))
	j := &Journal{DB: db, Room: "test", Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	proxy.falls.Store(true)
	proxy.armed.Store(1)
	_, err := Once(context.Background(), j, Entry{Once: "silent", Verb: "asked"}, func(context.Context, *store.Tx, *Entry) (string, error) { return "done", nil })
	var refusal *cards.Refusal
	if !errors.As(err, &refusal) || refusal.Text.Key != "fault.maybe_accepted" || refusal.Code != cards.MaybeAccepted {
		t.Errorf("got %v, want fault.maybe_accepted", err)
	}
	var answer Answer[string]
	if known, err := readOnce(context.Background(), storetest.Open(t, address), "test", "silent", &answer); err != nil || !known || answer.Said != "done" {
		t.Errorf("what stands: got %+v, %v, want what was done", answer, err)
	}
}

// What cannot be read again either is said not to be known.
func TestNobodyKnowsWhetherItWasAccepted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, address string) {
		db := storetest.Open(t, address)
		var answer Answer[string]
		if err := readAnswer(context.Background(), &Journal{DB: db, Room: "test"}, "never", &answer); err == nil {
			t.Error("a line that was never accepted has an answer")
		}
	})
	for code, want := range map[cards.RefusalCode]bool{cards.NotAccepted: true, cards.MaybeAccepted: true, "": false} {
		if got := NotAccepted(errors.Join(errors.New("x"), cards.Refuse("fault.expired").WithCode(code))); got != want {
			t.Errorf("NotAccepted(%q): got %v, want %v", code, got, want)
		}
	}
}
