package bot

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"magpie/cards"
)

// A large file comes piece by piece; what is cut short is never taken for the end.
func TestFilesAreReadPieceByPiece(t *testing.T) {
	t.Parallel()
	data := make([]byte, 12<<20) // more than Files takes
	if _, err := rand.Read(data); err != nil {
		t.Fatal(err)
	}
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("somebody else was asked, with %q", r.Header.Get("Authorization"))
	}))
	t.Cleanup(elsewhere.Close)
	var root string
	slack := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		id, isFile := strings.CutPrefix(r.URL.Path, "/files/")
		switch {
		case !isFile:
			size, at := len(data), root+"/files/"
			switch id = r.FormValue("file"); id {
			case "large":
				size = maxStream + 1
			case "elsewhere":
				at = elsewhere.URL + "/"
			case "gone":
				fmt.Fprint(rw, `{"ok":false,"error":"file_not_found"}`)
				return
			}
			fmt.Fprintf(rw, `{"ok":true,"file":{"id":%q,"name":"%s.csv","size":%d,"url_private_download":%q}}`, id, id, size, at+id)
		case r.Header.Get("Authorization") != "Bearer xoxb-test":
			t.Errorf("%s was asked for with %q", id, r.Header.Get("Authorization"))
		case id == "signin":
			http.Redirect(rw, r, elsewhere.URL, http.StatusFound)
		case id == "short":
			_, _ = rw.Write(data[:len(data)-1])
		case id == "cut":
			rw.Header().Set("Content-Length", fmt.Sprint(len(data)))
			_, _ = rw.Write(data[:1<<20])
		default:
			_, _ = rw.Write(data)
		}
	}))
	t.Cleanup(slack.Close)
	root = slack.URL
	files := NewFiles("xoxb-test", root+"/api")
	for id, want := range map[string]error{"whole": nil, "short": io.ErrUnexpectedEOF, "cut": io.ErrUnexpectedEOF} {
		name, size, body, err := files.Open(t.Context(), id)
		if err != nil || name != id+".csv" || size != int64(len(data)) {
			t.Fatalf("Open(%s): got %s, %d, %v", id, name, size, err)
		}
		got, err := io.ReadAll(body)
		if !errors.Is(err, want) || want == nil && !bytes.Equal(got, data) {
			t.Errorf("%s: got %d bytes, %v, want %v", id, len(got), err, want)
		}
		if err := body.Close(); err != nil {
			t.Errorf("close %s: %v", id, err)
		}
	}
	for id, want := range map[string]string{"large": "bot.file_too_large", "elsewhere": "bot.file_elsewhere"} {
		_, _, _, err := files.Open(t.Context(), id)
		if refusal, ok := errors.AsType[*cards.Refusal](err); !ok || refusal.Text.Key != want {
			t.Errorf("Open(%s): got %v, want %s", id, err, want)
		}
	}
	// What is read whole is refused when it is more than Files takes.
	for id, want := range map[string]string{"whole": "bot.file_too_big", "large": "bot.file_too_big"} {
		_, _, err := files.Fetch(t.Context(), id)
		if refusal, ok := errors.AsType[*cards.Refusal](err); !ok || refusal.Text.Key != want {
			t.Errorf("Fetch(%s): got %v, want %s", id, err, want)
		}
	}
	if _, _, _, err := files.Open(t.Context(), "gone"); err == nil || !strings.Contains(err.Error(), "file_not_found") {
		t.Errorf("Open of one that is gone: got %v", err)
	}
	_, _, body, err := files.Open(t.Context(), "signin")
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.ReadAll(body)
	if refusal, ok := errors.AsType[*cards.Refusal](err); !ok || refusal.Text.Key != "bot.file_sign_in" {
		t.Errorf("a file that Slack asks to sign in for: got %v", err)
	}
	// Whoever has read enough may go.
	_, _, body, err = files.Open(t.Context(), "whole")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(body, make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	if err := body.Close(); err != nil {
		t.Error(err)
	}
}

// A file may take as long as it likes to go up, while something of it is taken.
func TestAFileThatIsNotTakenIsGivenUp(t *testing.T) {
	t.Parallel()
	free := make(chan struct{})
	var root string
	slack := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/files.getUploadURLExternal":
			fmt.Fprintf(rw, `{"ok":true,"file_id":"F1","upload_url":"%s/upload"}`, root)
		case "/upload":
			<-free
		default:
			t.Errorf("%s was called", r.URL.Path)
		}
	}))
	t.Cleanup(slack.Close)
	t.Cleanup(func() { close(free) })
	root = slack.URL
	files := NewFiles("xoxb-test", root+"/api")
	files.silence = 100 * time.Millisecond
	data := make([]byte, 32<<20)
	err := files.ShareFile(t.Context(), cards.Place{Channel: general, Thread: "1.2"}, "a.csv", "all", bytes.NewReader(data), int64(len(data)))
	if told, ok := errors.AsType[*TellError](err); !ok || told.RetryAfter() <= 0 || t.Context().Err() != nil {
		t.Errorf("got %v, want one that may be told again", err)
	}
}
