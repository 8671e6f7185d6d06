package wechattest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"magpie/wechat/apis"
)

// TestAnswersEndWhereWeChatsDo: no line feed follows an answer, nor the result of a cloud
// function inside one.
func TestAnswersEndWhereWeChatsDo(t *testing.T) {
	t.Parallel()
	w := start(t, Options{})
	invoke := apis.InvokeFunction.Path + "?access_token=" + w.token + "&env=" + DefaultCloudEnv + "&name=" + DefaultCloudFunction
	for at, body := range map[string]string{
		apis.Token.Path: "", apis.DraftAdd.Path: `{}`, apis.TagsGet.Path: "", "/cgi-bin/nothing": `{}`,
		apis.StableToken.Path: `{"grant_type":"client_credential","appid":"` + DefaultAppID + `","secret":"` + DefaultAppSecret + `"}`,
		invoke:                `{"api":"updatableMessage.createActivityId","params":{}}`,
	} {
		method := map[bool]string{true: "GET", false: "POST"}[body == ""]
		if !strings.Contains(at, "?") {
			at += "?access_token=" + w.token
		}
		req, err := http.NewRequestWithContext(t.Context(), method, w.base+at, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := w.net.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || len(raw) == 0 || raw[0] != '{' || raw[len(raw)-1] != '}' || strings.Contains(string(raw), `\n"`) {
			t.Errorf("%s %s = %q, %v; want JSON that ends with its brace", method, req.URL.Path, raw, err)
		}
	}
}

// TestNoSuchAPI is answered in JSON, at HTTP 200.
func TestNoSuchAPI(t *testing.T) {
	t.Parallel()
	w := start(t, Options{})
	for _, path := range []string{"/cgi-bin/nothing", "/cgi-bin/draft/getdraft", "/cgi-bin/freepublish/add"} {
		out := w.must(w.post(path, "{}"))
		if msg := fmt.Sprint(out["errmsg"]); out["errcode"] != 40066.0 || !strings.HasPrefix(msg, "invalid url rid: ") {
			t.Errorf("POST %s = %v, want 40066 invalid url", path, out)
		}
	}
}

// TestRefusalsAreWeChats: what is of another type than a field's is refused without a word
// of how this server is made.
func TestRefusalsAreWeChats(t *testing.T) {
	t.Parallel()
	w := start(t, Options{})
	for path, api := range routes {
		if api.Method != "POST" || api.component {
			continue
		}
		for _, body := range []string{
			`{"articles":{"a":1},"touser":[{}],"filter":"all","data":[1],"media_id":{},"tag":"x","tagid":"x","openid_list":"x","cgi_path":[],"rid":1,"appid":{},"msg_data_id":{},"begin_date":1,"action_info":"x","target_state":"one","template_info":[],"offset":"x","kidList":"x","article_id":1,"grant_type":{},"msgtype":1,"article_idx":"x"}`,
			`{"articles":[1]}`, `{"a":`, `{} x`,
		} {
			msg := fmt.Sprint(w.must(w.post(path, body))["errmsg"])
			for _, word := range []string{"json:", "Go ", "wechattest", "struct", "invalid character", "unexpected end"} {
				if strings.Contains(msg, word) {
					t.Errorf("POST %s %.40s: errmsg %q speaks of %q", path, body, msg, word)
				}
			}
		}
	}
}
