package apis

// The table, by family.

// Tokens, and what platforms and clouds need.
var (
	Token           = get("/cgi-bin/token", Everyone)
	StableToken     = post("/cgi-bin/stable_token", Everyone)
	ComponentToken  = post("/cgi-bin/component/api_component_token", Everyone)
	AuthorizerToken = post("/cgi-bin/component/api_authorizer_token", Everyone)
	PreAuthCode     = post("/cgi-bin/component/api_create_preauthcode", Everyone)
	QueryAuth       = post("/cgi-bin/component/api_query_auth", Everyone)
	InvokeFunction  = post("/tcb/invokecloudfunction", Everyone)
)

// Updatable and uniform messages.
var (
	CreateActivityID = get("/cgi-bin/message/wxopen/activityid/create", MiniProgram, "updatableMessage.createActivityId")
	SetUpdatableMsg  = post("/cgi-bin/message/wxopen/updatablemsg/send", MiniProgram, "updatableMessage.setUpdatableMsg")
	UniformSend      = post("/cgi-bin/message/wxopen/template/uniform_send", MiniProgram, "uniformMessage.send")
)

// Subscription messages and their templates.
var (
	SubscribeSend      = post("/cgi-bin/message/subscribe/bizsend", Official, verified, "subscribeMessage.bizsend")
	WeappSubscribeSend = post("/cgi-bin/message/subscribe/send", MiniProgram)
	SubscribeTemplates = get("/wxaapi/newtmpl/gettemplate", Everyone)
	LibraryCategories  = get("/wxaapi/newtmpl/getcategory", Everyone)
	LibraryTitles      = get("/wxaapi/newtmpl/getpubtemplatetitles", Everyone)
	LibraryKeywords    = get("/wxaapi/newtmpl/getpubtemplatekeywords", Everyone)
	LibraryAdd         = post("/wxaapi/newtmpl/addtemplate", Everyone)
	LibraryDelete      = post("/wxaapi/newtmpl/deltemplate", Everyone)
)

// Template messages.
var (
	TemplateSend = post("/cgi-bin/message/template/send", Service, verified)
	TemplateList = get("/cgi-bin/template/get_all_private_template", Service, verified, NoCloud)
)

// Customer-service messages.
var (
	CustomSend = post("/cgi-bin/message/custom/send", Everyone, verified)
)

// Mass messages.
var (
	MassAll     = post("/cgi-bin/message/mass/sendall", Official, verified, NoCloud)
	MassSend    = post("/cgi-bin/message/mass/send", Service, verified, NoCloud)
	MassPreview = post("/cgi-bin/message/mass/preview", Official, verified, NoCloud)
	MassDelete  = post("/cgi-bin/message/mass/delete", Official, verified, NoCloud)
	MassGet     = post("/cgi-bin/message/mass/get", Official, verified, NoCloud)
)

// Articles: what they are made of, drafts, publishing, comments, figures.
var (
	UploadNews         = post("/cgi-bin/media/uploadnews", Official, verified, NoCloud)
	CommentOpen        = post("/cgi-bin/comment/open", Official, verified)
	CommentClose       = post("/cgi-bin/comment/close", Official, verified)
	CommentList        = post("/cgi-bin/comment/list", Official, verified)
	CommentElect       = post("/cgi-bin/comment/markelect", Official, verified)
	CommentUnelect     = post("/cgi-bin/comment/unmarkelect", Official, verified)
	CommentDelete      = post("/cgi-bin/comment/delete", Official, verified)
	CommentReply       = post("/cgi-bin/comment/reply/add", Official, verified)
	CommentReplyDelete = post("/cgi-bin/comment/reply/delete", Official, verified)
	UploadImg          = post("/cgi-bin/media/uploadimg", Everyone)
	DraftAdd           = post("/cgi-bin/draft/add", Official, NoCloud)
	DraftGet           = post("/cgi-bin/draft/get", Official, NoCloud)
	DraftUpdate        = post("/cgi-bin/draft/update", Official, NoCloud)
	DraftDelete        = post("/cgi-bin/draft/delete", Official, NoCloud)
	DraftList          = post("/cgi-bin/draft/batchget", Official, NoCloud)
	DraftCount         = get("/cgi-bin/draft/count", Official, NoCloud)
	PublishSubmit      = post("/cgi-bin/freepublish/submit", Official, verified, NoCloud)
	PublishGet         = post("/cgi-bin/freepublish/get", Official, verified, NoCloud)
	PublishDelete      = post("/cgi-bin/freepublish/delete", Official, verified, NoCloud)
	PublishList        = post("/cgi-bin/freepublish/batchget", Official, verified, NoCloud)
	PublishRead        = post("/cgi-bin/freepublish/getarticle", Official, verified, NoCloud)
	ArticleFigures     = post("/datacube/getarticletotaldetail", Official, verified)
)

// Files.
var (
	UploadMedia    = post("/cgi-bin/media/upload", Everyone)
	GetMedia       = get("/cgi-bin/media/get", Everyone)
	AddMaterial    = post("/cgi-bin/material/add_material", Official)
	GetMaterial    = post("/cgi-bin/material/get_material", Everyone)
	DeleteMaterial = post("/cgi-bin/material/del_material", Official)
	ListMaterial   = post("/cgi-bin/material/batchget_material", Official)
	CountMaterial  = get("/cgi-bin/material/get_materialcount", Official)
)

// People, tags and QR codes.
var (
	UserGet   = get("/cgi-bin/user/get", Official)
	TagsGet   = get("/cgi-bin/tags/get", Official)
	TagPeople = post("/cgi-bin/user/tag/get", Official)
	TagCreate = post("/cgi-bin/tags/create", Official, verified)
	TagAdd    = post("/cgi-bin/tags/members/batchtagging", Official, verified)
	TagRemove = post("/cgi-bin/tags/members/batchuntagging", Official, verified, NoCloud)
	QRCreate  = post("/cgi-bin/qrcode/create", Service, verified)
)

// The account and its quotas.
var (
	AccountInfo = post("/cgi-bin/account/getaccountbasicinfo", Everyone, NoCloud)
	QuotaGet    = post("/cgi-bin/openapi/quota/get", Everyone, NoCloud)
	QuotaClear  = post("/cgi-bin/clear_quota", Everyone, NoCloud)
	RIDGet      = post("/cgi-bin/openapi/rid/get", Everyone, NoCloud)
)
