package wechat

import (
	"context"
	"strings"
	"testing"

	"magpie/wechat/apis"
)

// FuzzCompiled: a message written once and filled is the message written anew, byte for byte.
func FuzzCompiled(f *testing.F) {
	for _, s := range [][2]string{{"Tea", "o1"}, {`"\`, "\n"}, {"\u2028<&>", "😀"}, {"\x00\x1f", "{{a}}"}, {"\xff", "x"}, {"MARK-A", "MARK-B"}} {
		f.Add(s[0], s[1], "before ", " after")
	}
	f.Fuzz(func(t *testing.T, a, b, before, after string) {
		const markA, markB = "MARK-A-7F3KQ2", "MARK-B-9XW41P"
		if a == "" || b == "" || strings.Contains(before+after, "MARK-") {
			return
		}
		message := func(to, a, b string) TemplateMsg {
			return TemplateMsg{ToUser: to, TemplateID: "T" + after, URL: a, ClientMsgID: b, Data: map[string]DataValue{
				"first": {Value: before + a + after + b + a}, "keyword1": {Value: after, Color: b}, before + "x": {Value: b},
			}}
		}
		want, wantErr := encode(message(b, a, b))
		written, err := compile(message("MARK-TO", markA, markB), "MARK-TO", []string{markA, markB})
		var got []byte
		if err == nil {
			got, err = encode(filled{written, b, []string{a, b}})
		}
		if string(got) != string(want) || (err == nil) != (wantErr == nil) {
			t.Errorf("filled with %q and %q: %s, %v; want %s, %v", a, b, got, err, want, wantErr)
		}
	})
}

// TestCompiledMessages go out as those do that are written for one person.
func TestCompiledMessages(t *testing.T) {
	t.Parallel()
	s, c := pretend(t)
	marks, values := []string{"MARK-A", "MARK-B"}, []string{"Tea “1”", "MSG-1"}
	subscribe, err := c.CompileSubscribe(SubscribeMsg{TemplateID: "T", Page: "p?a=MARK-A", ClientMsgID: "MARK-B", Data: map[string]DataValue{"thing1": {Value: "for MARK-A"}}}, marks)
	if err != nil {
		t.Fatal(err)
	}
	template, err := c.CompileTemplate(TemplateMsg{TemplateID: "T", ClientMsgID: "MARK-B", Data: map[string]DataValue{"first": {Value: "for MARK-A"}}}, marks)
	if err != nil {
		t.Fatal(err)
	}
	weapp, err := c.CompileWeappSubscribe(WeappSubscribeMsg{TemplateID: "T", Page: "p?a=MARK-A", Data: map[string]DataValue{"thing1": {Value: "for MARK-A"}}}, marks)
	if err != nil {
		t.Fatal(err)
	}
	for path, both := range map[string][2]func(context.Context) error{
		apis.SubscribeSend.Path: {
			func(ctx context.Context) error { return subscribe(ctx, "o1", values) },
			func(ctx context.Context) error {
				return c.SendSubscribe(ctx, SubscribeMsg{ToUser: "o1", TemplateID: "T", Page: "p?a=Tea “1”", ClientMsgID: "MSG-1", Data: map[string]DataValue{"thing1": {Value: "for Tea “1”"}}})
			},
		},
		apis.WeappSubscribeSend.Path: {
			func(ctx context.Context) error { return weapp(ctx, "o1", values) },
			func(ctx context.Context) error {
				return c.SendWeappSubscribe(ctx, WeappSubscribeMsg{ToUser: "o1", TemplateID: "T", Page: "p?a=Tea “1”", Data: map[string]DataValue{"thing1": {Value: "for Tea “1”"}}})
			},
		},
		apis.TemplateSend.Path: {
			func(ctx context.Context) error { _, err := template(ctx, "o1", values); return err },
			func(ctx context.Context) error {
				_, err := c.SendTemplate(ctx, TemplateMsg{ToUser: "o1", TemplateID: "T", ClientMsgID: "MSG-1", Data: map[string]DataValue{"first": {Value: "for Tea “1”"}}})
				return err
			},
		},
	} {
		for _, send := range both {
			if err := send(t.Context()); err != nil {
				t.Error(path, err)
			}
		}
		if got := s.ReceivedOn(path); len(got) != 2 || string(got[0].Body) != string(got[1].Body) {
			t.Errorf("%s took %v, want the same twice", path, got)
		}
	}
	s.Refuses("o1")
	if err := subscribe(t.Context(), "o1", values); failed(t, "subscribe", err).Code != 43101 {
		t.Errorf("refused = %v", err)
	}
}
