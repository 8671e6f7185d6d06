package articles

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"runtime"
	"sync"
	"testing"
	"time"

	"magpie/cards"
	"magpie/store"
	"magpie/store/storetest"
)

// flat is a photo of one colour: many pixels, few bytes.
func flat(t *testing.T, w, h int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestImagesShareTheirMemory(t *testing.T) {
	t.Parallel()
	d := &proofer{shelf{images: newImageMemory(32 << 20)}}
	if _, err := d.fit(t.Context(), flat(t, 6000, 5000)); !errors.Is(err, errTooHeavy) || problemCode(err) != "memory|" {
		t.Errorf("fit, more than all memory: got %v, want %v", err, errTooHeavy)
	}
	small := flat(t, 1000, 1000)
	letGo, err := d.images.hold(t.Context(), flat(t, 2000, 1000)) // 27 of 32 MB
	if err != nil {
		t.Fatal(err)
	}
	at, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.fit(at, small); !errors.Is(err, context.Canceled) {
		t.Errorf("fit while another has the memory: got %v, want it to wait until the context ended", err)
	}
	letGo()
	if _, err := d.fit(t.Context(), small); err != nil {
		t.Errorf("fit when the memory is free again: %v", err)
	}
}

// A photo of 40 million pixels goes into the default, and takes what was reckoned.
func TestAPhotoOfFortyMillionPixels(t *testing.T) {
	data := flat(t, 7300, 5470)
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	need := weight(config, format, data)
	if need > 256<<20 {
		t.Fatalf("weight: got %d MB, want it within the default", need>>20)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := fit(data); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if got := int64(after.TotalAlloc - before.TotalAlloc); got > need*5/4 {
		t.Errorf("fit allocated %d MB in all, want about the %d MB that were reckoned", got>>20, need>>20)
	}
}

// photos are Slack's files: the same photo under each name, and a text.
type photos struct {
	silent
	photo []byte
	last  string
	read  chan struct{}
}

func (p photos) Fetch(_ context.Context, id string) (string, []byte, error) {
	if id == "tea.md" {
		return id, []byte("# Tea\n\nGreen.\n"), nil
	}
	if id == p.last {
		close(p.read)
	}
	return id, bytes.Clone(p.photo), nil
}

// Seen on SQLite: importing 9 phone photos held the writer, and 11 of 12 lines were
// refused over 25 s.
func TestLinesAreAcceptedWhilePhotosAreDecoded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, url string) {
		files := photos{photo: flat(t, 4032, 3024), last: "9.jpg", read: make(chan struct{})}
		d := newTestDesk(t, url, func(o *Options) { o.Files, o.ImageMemory = files, 128<<20 })
		job := importJob{Files: []string{"tea.md"}, Who: "UALICE"}
		for i := range 9 {
			job.Files = append(job.Files, fmt.Sprintf("%d.jpg", i+1))
		}
		if err := d.DB.Update(t.Context(), func(tx *store.Tx) (err error) {
			job.Article, err = d.add(t.Context(), tx, Act{Who: cards.Person{ID: "UALICE"}, Where: cards.Place{Channel: "C1"}}, Wanted{Lang: "en", Style: "plain"}, Arriving)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		accepted := 0
		accept := func() {
			t.Helper()
			accepted++
			act := Act{Article: job.Article, Verb: "asked", Who: cards.Person{ID: "UBOB"}, Once: fmt.Sprint("line ", accepted)}
			if _, err := d.accept(t.Context(), act, func(context.Context, *store.Tx, *Act) (Said, error) { return Said{}, nil }); err != nil {
				t.Errorf("line %d beside the import: %v", accepted, err)
			}
		}
		if err := d.images.left.Acquire(t.Context(), d.images.most); err != nil { // whoever decodes now waits
			t.Fatal(err)
		}
		var importing sync.WaitGroup
		done := make(chan struct{})
		importing.Go(func() {
			defer close(done)
			if err := d.workImport(t.Context(), job); err != nil {
				t.Error(err)
			}
		})
		<-files.read
		for range 3 {
			accept() // for as long as the photos wait
		}
		d.images.left.Release(d.images.most)
		for going := true; going; {
			select {
			case <-done:
				going = false
			case <-time.After(20 * time.Millisecond):
				accept()
			}
		}
		importing.Wait()
		have, err := d.pictures(t.Context(), d.DB, job.Article)
		if err != nil || len(have) != 9 || have[0].SHA256 == "" {
			t.Errorf("pictures: got %+v, %v, want 9", have, err)
		}
		t.Logf("%d lines were accepted beside the import", accepted)
	})
}
