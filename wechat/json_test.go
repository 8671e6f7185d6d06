package wechat

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
	"testing/quick"
)

// TestAppendersWriteWhatTheirTagsSay holds each appender against encoding/json,
// byte for byte, on made-up messages.
func TestAppendersWriteWhatTheirTagsSay(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for _, kind := range []appender{SubscribeMsg{}, WeappSubscribeMsg{}, TemplateMsg{}, UniformMsg{}, Draft{}, DraftArticle{}} {
		for range 300 {
			made := make1(t, reflect.TypeOf(kind), random)
			raw, err := encode(made)
			if err != nil {
				t.Fatalf("encode(%+v) = %v", made, err)
			}
			var want bytes.Buffer
			e := json.NewEncoder(&want)
			e.SetEscapeHTML(false)
			if err := e.Encode(made); err != nil {
				t.Fatal(err)
			}
			var a any
			var b map[string]any
			if err := json.Unmarshal(raw, &a); err != nil {
				t.Fatalf("%T writes %s: %v", kind, raw, err)
			}
			json.Unmarshal(want.Bytes(), &b)
			delete(b, "unchecked") // is kept, and not sent
			if !reflect.DeepEqual(a, any(b)) {
				t.Fatalf("%T writes\n%s\nwant\n%s", kind, raw, want.Bytes())
			}
		}
	}
}

// make1 makes a value with texts that are not easy to write.
func make1(t *testing.T, kind reflect.Type, random *rand.Rand) any {
	t.Helper()
	v := reflect.New(kind).Elem()
	fill(v, random)
	return v.Interface()
}

var hard = []string{"", "", "a", "巧克力", `"\`, "\n\r\t\x00\x1f\x7f", "<&>", "\u2028", "😀", `\u2028`}

func fill(v reflect.Value, random *rand.Rand) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(hard[random.IntN(len(hard))])
	case reflect.Int:
		v.SetInt(int64(random.IntN(3)))
	case reflect.Pointer:
		if random.IntN(3) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), random)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), random)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), random.IntN(3), 3))
		for i := range v.Len() {
			fill(v.Index(i), random)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range random.IntN(20) {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(key, random)
			fill(value, random)
			v.SetMapIndex(key, value)
		}
	}
}

// TestAppendersRefuseWhatIsNotUTF8 in any place.
func TestAppendersRefuseWhatIsNotUTF8(t *testing.T) {
	t.Parallel()
	for _, m := range []any{
		SubscribeMsg{ToUser: "a\xff"}, TemplateMsg{Data: map[string]DataValue{"a\xff": {}}}, Draft{[]DraftArticle{{Content: "\xc3("}}}, UniformMsg{MP: &MPTemplateMsg{URL: "\xff"}},
	} {
		if _, err := encode(m); len(FieldErrors(err)) != 1 {
			t.Errorf("encode(%+v) = %v, want a field error", m, err)
		}
	}
	quoted := func(s string) bool {
		w := jsonWriter{}
		w.quote(s)
		var back string
		return w.bad || json.Unmarshal(w.b, &back) == nil && back == s
	}
	if err := quick.Check(quoted, nil); err != nil {
		t.Error(err)
	}
}
