package commands

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
)

// payloadOf is a payload of a kind, with nothing in it.
func payloadOf[T any](k outbox.Kind[T]) reflect.Value {
	return reflect.New(reflect.TypeFor[T]()).Elem()
}

// everyPayload is a payload of each kind there is.
func everyPayload(t *testing.T) map[string]reflect.Value {
	t.Helper()
	all := map[string]reflect.Value{
		"weapp.subscribe.send": payloadOf(weappSubscribeSendKind(new(Book), nil)), "template.add": payloadOf(templateAddKind(new(Book), nil)), "template.delete": payloadOf(templateDeleteKind(new(Book), nil)),
		"subscribe.send": payloadOf(subscribeSendKind(new(Book), nil)), "template.send": payloadOf(templateSendKind(new(Book), nil)), "uniform.send": payloadOf(uniformSendKind(new(Book), nil)),
		"mass.send": payloadOf(massSendKind(nil, new(articles.Desk), "", "", nil)), "mass.preview": payloadOf(massPreviewKind(nil, new(articles.Desk), "")), "activity.create": payloadOf(activityCreateKind(nil)),
		"activity.update": payloadOf(activityUpdateKind(nil)), "news.upload": payloadOf(newsUploadKind(nil)), "article.upload": payloadOf(articleUploadKind(new(articles.Desk))),
		"article.publish": payloadOf(articlePublishKind(new(articles.Desk), "", nil)), "article.preview": payloadOf(articlePreviewKind(new(articles.Desk), "")), "material.upload": payloadOf(materialUploadKind(new(articles.Desk), "")),
		"mass.delete": payloadOf(massDeleteKind(nil, "", nil)), "article.take_back": payloadOf(articleTakeBackKind(new(articles.Desk), "", nil)),
		"custom.send": payloadOf(customSendKind(nil, new(articles.Desk), "")), "tag.create": payloadOf(tagCreateKind(nil)), "tag.add": payloadOf(tagAddKind(nil)),
		"pictures.upload": payloadOf(picturesUploadKind(new(articles.Desk), "")), "tag.remove": payloadOf(tagRemoveKind(nil)), "qrcode.create": payloadOf(qrcodeKind(nil, nil)),
		"schedule.add": reflect.New(reflect.TypeFor[schedules.Terms]()).Elem(),
	}
	for _, name := range KindNames {
		if !all[name].IsValid() {
			t.Errorf("the kind %s is not looked at here", name)
		}
	}
	if len(all) != len(KindNames) {
		t.Errorf("%d kinds are looked at, there are %d", len(all), len(KindNames))
	}
	return all
}

// notInHash are fields that an approval does not bind to, and why. A field that is in
// neither the hash nor here fails the test.
var notInHash = map[string]string{}

// TestEveryFieldIsApproved changes each field of each kind's payload in turn: an approval
// of the one is none of the other.
func TestEveryFieldIsApproved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	hash := func(kind string, payload reflect.Value) string {
		t.Helper()
		said, err := d.outbox.Ask(t.Context(), outbox.Ask{
			Account: "wx1", Kind: kind, Payload: payload.Interface(), Who: cards.Person{ID: "U1", Member: true}, Where: cards.Place{Channel: "C1"}, Anyway: true, AtLeast: outbox.Quorum{People: 1}, Line: "x",
		})
		if err != nil {
			t.Fatalf("ask %s: %v", kind, err)
		}
		var sum string
		if err := d.db.QueryRow(t.Context(), "select hash from request where n = $1", said.N).Scan(&sum); err != nil {
			t.Fatal(err)
		}
		return sum
	}
	unused := map[string]bool{}
	for path := range notInHash {
		unused[path] = true
	}
	for kind, payload := range everyPayload(t) {
		fillAll(payload)
		was := hash(kind, payload)
		if again := hash(kind, payload); again != was {
			t.Fatalf("%s: the same payload has the hashes %s and %s", kind, was, again)
		}
		eachField(kind, payload, func(path string) {
			delete(unused, path)
			same := hash(kind, payload) == was
			if reason := notInHash[path]; same != (reason != "") {
				t.Errorf("%s: with another value the hash is the same: %v; the reason for that: %q", path, same, reason)
			}
		})
	}
	for path := range unused {
		t.Errorf("%s is said to be outside of the hash, and there is no such field", path)
	}
}

var aTime = time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)

// fillAll gives every field a value.
func fillAll(v reflect.Value) {
	switch x := v.Addr().Interface().(type) {
	case *time.Time:
		*x = aTime
		return
	case *json.RawMessage:
		*x = json.RawMessage(`{"a":1}`)
		return
	case *cards.Text:
		*x = cards.Plain("a")
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("a")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint8:
		v.SetUint(1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillAll(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fillAll(v.Field(i))
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 3))
		for i := range v.Len() {
			fillAll(v.Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			fillAll(v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		value := reflect.New(v.Type().Elem()).Elem()
		fillAll(value)
		v.SetMapIndex(reflect.ValueOf("thing1").Convert(v.Type().Key()), value)
	}
}

// eachField changes each value below v in turn, looks, and changes it back.
func eachField(path string, v reflect.Value, look func(path string)) {
	swap := func(path string, other reflect.Value) {
		was := reflect.New(v.Type()).Elem()
		was.Set(v)
		v.Set(other)
		look(path)
		v.Set(was)
	}
	switch x := v.Interface().(type) {
	case time.Time:
		swap(path, reflect.ValueOf(x.Add(time.Minute)))
		return
	case json.RawMessage:
		swap(path, reflect.ValueOf(json.RawMessage(`{"a":2}`)))
		return
	case cards.Text:
		swap(path, reflect.ValueOf(cards.Plain("b")))
		return
	}
	switch v.Kind() {
	case reflect.String:
		swap(path, reflect.ValueOf("b").Convert(v.Type()))
	case reflect.Bool:
		swap(path, reflect.ValueOf(!v.Bool()).Convert(v.Type()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint8:
		swap(path, reflect.ValueOf(2).Convert(v.Type()))
	case reflect.Pointer:
		swap(path+" (none)", reflect.Zero(v.Type()))
		eachField(path, v.Elem(), look)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				eachField(path+"."+f.Name, v.Field(i), look)
			}
		}
	case reflect.Slice:
		swap(path+" (one less)", v.Slice(0, 1))
		swap(path+" (one more)", reflect.Append(v.Slice3(0, 2, 2), v.Index(0)))
		eachField(path+"[0]", v.Index(0), look)
	case reflect.Array:
		eachField(path+"[0]", v.Index(0), look)
	case reflect.Map:
		swap(path+" (none)", reflect.MakeMap(v.Type()))
		for _, key := range v.MapKeys() {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(v.MapIndex(key))
			eachField(fmt.Sprintf("%s[%s]", path, key), value, func(path string) {
				was := v.MapIndex(key)
				v.SetMapIndex(key, value)
				look(path)
				v.SetMapIndex(key, was)
			})
		}
	}
}

// notShown are fields that stand on no card by themselves, and why.
var notShown = map[string]string{
	"subscribe.send.ToUser":              "a payload has none: recipients stand beside it, and the card names them",
	"weapp.subscribe.send.ToUser":        "as with subscribe.send",
	"template.send.ToUser":               "as with subscribe.send",
	"uniform.send.ToUser":                "as with subscribe.send",
	"custom.send.CustomMsg.ToUser":       "as with subscribe.send",
	"mass.send.TagID":                    "a message to all, as it is here, is to no tag",
	"mass.send.TagName":                  "as with TagID",
	"mass.send.Articles[0].Comments":     "a line of its own for each of its two words, see TestDraftLines",
	"mass.preview.Articles[0].Comments":  "as with mass.send",
	"article.publish.Draft[0].Comments":  "as with mass.send",
	"article.preview.Draft[0].Comments":  "as with mass.send",
	"article.publish.Filing":             "what magpie calls the filing of the media_id that is shown",
	"article.preview.Filing":             "as with article.publish",
	"article.preview.Models":             "a preview goes to one phone: nothing is declared for it",
	"article.upload.Filing":              "as with article.publish",
	"article.take_back.Filing":           "as with article.publish",
	"article.upload.Articles[0].Content": "Preview shows the text of the revision that the card names",
	"article.upload.Until":               "how long the link to the preview works",
	"article.upload.For":                 "the account, which the card names; it stands in the link to the preview",
	"schedule.add.Key":                   "what magpie calls the terms",
	"schedule.add.Schedule":              "the number of the schedule whose name is shown",
	"schedule.add.Owner":                 "who asks, whom every card of a request names",
	"schedule.add.At":                    "the one fire, which is shown among the next fires",
	"schedule.add.Wall":                  "as with At",
	"schedule.add.Until":                 "its day, which a minute does not change",
	"schedule.add.Weeks.From":            "its week, which a minute does not change",
	"schedule.add.To (one less)":         "whom the line names, which is shown to the letter",
	"schedule.add.To (one more)":         "as with one less",
	"schedule.add.To[0]":                 "as with one less",
	"schedule.add.Kept (one less)":       "what the payload holds of what is kept elsewhere, which its own kind shows",
	"schedule.add.Kept (one more)":       "as with one less",
	"schedule.add.Kept[0].What":          "as with one less",
	"schedule.add.Kept[0].Of":            "as with one less",
	"schedule.add.Kept[0].Is":            "as with one less",
	"schedule.add.Kept[0].Maybe":         "as with one less",
	"schedule.add.Kept[0].By":            "who does not approve what is then another, which its card says",
}

// TestEveryFieldIsShown: what is approved stands on the card, each field of it.
func TestEveryFieldIsShown(t *testing.T) {
	t.Parallel()
	b := New(Options{})
	d := newDesk(t)
	shown := map[string]func(reflect.Value) string{
		"weapp.subscribe.send": showing(weappSubscribeSendKind(b, nil)), "template.add": showing(templateAddKind(b, nil)), "template.delete": showing(templateDeleteKind(b, nil)),
		"subscribe.send": showing(subscribeSendKind(b, nil)), "template.send": showing(templateSendKind(b, nil)), "uniform.send": showing(uniformSendKind(b, nil)),
		"mass.send": showing(massSendKind(nil, new(articles.Desk), "", "", nil)), "mass.preview": showing(massPreviewKind(nil, new(articles.Desk), "")), "activity.create": showing(activityCreateKind(nil)),
		"activity.update": showing(activityUpdateKind(nil)), "news.upload": showing(newsUploadKind(nil)), "article.upload": showing(articleUploadKind(new(articles.Desk))),
		"article.publish": showing(articlePublishKind(new(articles.Desk), "", nil)), "article.preview": showing(articlePreviewKind(new(articles.Desk), "")), "material.upload": showing(materialUploadKind(new(articles.Desk), "")),
		"mass.delete": showing(massDeleteKind(nil, "", nil)), "article.take_back": showing(articleTakeBackKind(new(articles.Desk), "", nil)),
		"custom.send": showing(customSendKind(nil, new(articles.Desk), "")), "tag.create": showing(tagCreateKind(nil)), "tag.add": showing(tagAddKind(nil)),
		"pictures.upload": showing(picturesUploadKind(new(articles.Desk), "")), "tag.remove": showing(tagRemoveKind(nil)), "qrcode.create": showing(qrcodeKind(nil, nil)),
		// Its kind is of another room; its card is what it is once it has been asked for.
		"schedule.add": func(v reflect.Value) string {
			t.Helper()
			payload, err := json.Marshal(v.Interface())
			if err != nil {
				t.Fatal(err)
			}
			card, err := d.outbox.Shown("wx1", "schedule.add", payload, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := json.Marshal(card)
			if err != nil {
				t.Fatal(err)
			}
			return string(raw)
		},
	}
	var missing []string
	unused := map[string]bool{}
	for path := range notShown {
		unused[path] = true
	}
	for kind, payload := range everyPayload(t) {
		show := shown[kind]
		if show == nil {
			t.Errorf("%s is shown by nothing here", kind)
			continue
		}
		fillAll(payload)
		if terms, ok := payload.Addr().Interface().(*schedules.Terms); ok {
			terms.Weeks.Every, terms.Zone, terms.Missed, terms.Overlap = 3, "Asia/Shanghai", "skip", "skip"
			terms.Kind, terms.Payload = "activity.create", json.RawMessage(`{"openid":"o1"}`)
			for i := range terms.List.Samples {
				terms.List.Samples[i].Payload = json.RawMessage(`{"openid":"o2"}`)
			}
		}
		was := show(payload)
		eachField(kind, payload, func(path string) {
			delete(unused, path)
			same := show(payload) == was
			if reason := notShown[path]; same != (reason != "") {
				missing = append(missing, fmt.Sprintf("%s: the card is the same: %v; the reason for that: %q", path, same, reason))
			}
		})
	}
	slices.Sort(missing)
	if len(missing) > 0 {
		t.Errorf("fields:\n%s", strings.Join(missing, "\n"))
	}
	for path := range unused {
		t.Errorf("%s is said to be shown nowhere, and there is no such field", path)
	}
}

// showing is what a kind puts on a card, as one text.
func showing[T any](k outbox.Kind[T]) func(reflect.Value) string {
	return func(v reflect.Value) string {
		payload := v.Interface().(T)
		all := []any{k.Content(payload)}
		for _, say := range []func(T) cards.Text{k.What, k.Whom, k.Sentence} {
			if say != nil {
				all = append(all, say(payload))
			}
		}
		if k.Face != nil {
			all = append(all, k.Face(payload))
		}
		if k.Head != nil {
			all = append(all, k.Head(payload, nil))
		}
		if k.Fields != nil {
			all = append(all, k.Fields(payload))
		}
		raw, err := json.Marshal(all)
		if err != nil {
			panic(err)
		}
		return string(raw)
	}
}

// namesNobody are fields that look as if they named people by their openids, and why nothing
// is sent to these by the payload alone.
var namesNobody = map[string]string{
	"subscribe.send.ToUser":        "a payload has none: recipients stand beside it",
	"template.send.ToUser":         "as with subscribe.send",
	"weapp.subscribe.send.ToUser":  "as with subscribe.send",
	"uniform.send.ToUser":          "as with subscribe.send",
	"activity.create.OpenID":       "WeChat makes an id for them, and sends nothing",
	"article.upload.To":            "the place where it is filed, not a person",
	"schedule.add.To":              "each fire is a request of its own, which is refused",
	"custom.send.CustomMsg.ToUser": "as with subscribe.send",
}

// TestNobodyUnsubscribedIsNamed puts somebody who wants nothing more into each field of each
// kind that names people: the request is refused.
func TestNobodyUnsubscribedIsNamed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.say("U2", "unsubscribe add oGone")
	unused := map[string]bool{}
	for path := range namesNobody {
		unused[path] = true
	}
	for kind, payload := range everyPayload(t) {
		fillAll(payload)
		eachNaming(kind, payload, func(path string) {
			delete(unused, path)
			_, err := d.outbox.Ask(t.Context(), outbox.Ask{
				Account: "wx1", Kind: kind, Payload: payload.Interface(), Who: cards.Person{ID: "U1", Member: true}, Where: cards.Place{Channel: "C1"}, Anyway: true, AtLeast: outbox.Quorum{People: 1}, Line: "x",
			})
			refusal, refused := errors.AsType[*cards.Refusal](err)
			refused = refused && refusal.Text.Key == "fault.unsubscribed"
			if reason := namesNobody[path]; refused == (reason != "") {
				t.Errorf("%s names somebody who wants nothing more: Ask = %v; the reason to take it: %q", path, err, reason)
			}
		})
	}
	for path := range unused {
		t.Errorf("%s is said to name nobody, and there is no such field", path)
	}
}

// naming are names of fields that have openids.
var naming = regexp.MustCompile(`(?i)openid|^to(user)?$`)

// eachNaming puts oGone into each field of a payload that may name people, looks, and puts
// back what was there.
func eachNaming(path string, v reflect.Value, look func(path string)) {
	for i := range v.NumField() {
		field, f := v.Type().Field(i), v.Field(i)
		of := path + "." + field.Name
		switch {
		case !field.IsExported():
		case f.Kind() == reflect.Struct && f.Type() != reflect.TypeFor[time.Time]():
			eachNaming(of, f, look)
		case naming.MatchString(field.Name):
			was := reflect.New(f.Type()).Elem()
			was.Set(f)
			switch f.Interface().(type) {
			case string:
				f.SetString("oGone")
			case []string:
				f.Set(reflect.ValueOf([]string{"oHere", "oGone"}))
			default:
				panic(of + " names people in a way that is not known here")
			}
			look(of)
			f.Set(was)
		}
	}
}
