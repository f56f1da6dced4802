/**
 * Text that the piece vocabulary of the random model is trained on, most frequent first in each list. What matters is
 * only that English prose and JSON schemas come to about as many tokens as with a deployed model.
 */

/** Words of customer support, role prompts and everyday prose. */
export const proseWords: readonly string[] = `
customer customers order orders refund refunds invoice invoices payment payments billing charge charged charges
shipping shipment delivery deliver delivered tracking return returns replacement warranty account accounts
subscription subscriptions renewal renew cancel cancelled cancellation purchase purchased price pricing discount
coupon balance credit debit card bank transfer currency tax receipt store seller buyer parcel courier warehouse
stock item product products quantity damaged defective faulty broken late delayed lost stolen missing ticket
tickets case cases agent agents assistant specialist colleague supervisor escalate escalated escalation handoff
handover triage route routing queue priority urgent severity incident outage resolve resolved resolution
complaint complaints feedback inquiry question questions answer answers reply replies conversation conversations
dialogue chat phone call email message messages contact request requests please thank thanks sorry apologise
apologize apology polite politely friendly calm empathy patient patience honest concise brief short clear
clearly plain simple tone formal informal greeting sincerely regards appreciate understand understood concern
concerns worried frustrated upset angry happy glad confirm confirmed confirmation clarify verify verified
identity ask asked asking tell told explain explained offer offered suggest suggested promise promised guarantee
you your yours we our ours they their them he she his her him who whose whom what when where which why how today
tomorrow yesterday morning afternoon evening night monday tuesday wednesday thursday friday saturday sunday week
weeks month months year years hour hours minute minutes day days january february march april may june july
august september october november december policy policies rule rules guideline guidelines instruction
instructions procedure procedures step steps goal goals objective task tasks plan planner planning research
researcher writer reviewer editor critic analyst coordinator manager worker expert role roles responsible
responsibility decide decision decisions judge evaluate evaluation summary summarise summarize report reports
draft drafts review reviews approve approved approval reject rejected evidence source sources fact facts claim
claims citation document documents knowledge article articles search lookup retrieve database record records
tool tools function functions parameter parameters argument arguments name description type string number
integer boolean array object properties required optional enum default format schema value values result results
status error identifier date amount reason region country city street address postcode language version device
browser model serial settings password login username reset sign unlock locked access permission security
privacy personal sensitive confidential consent legal compliance fraud risk suspicious never always only must
should would could might shall will can cannot do does did done not without before after during until while
because since although though however therefore instead otherwise unless whether either neither both each every
any some many much more most few less least several enough about above below under over between among through
across toward towards against within beyond near far here there then now soon later early already yet still
again once twice often sometimes usually rarely people person man woman child family friend group team company
business market industry government public service services world home house office school work job money time
way thing things problem problems idea ideas story word words book letter water food air light power energy
weather travel flight flights hotel booking bookings reservation passenger airport airline train seat luggage
baggage departure arrival schedule delay good better best bad worse worst great large small big little long high
low old new young easy hard difficult important different same next last first second third other another right
wrong true false open closed full empty free busy available ready able possible impossible certain sure likely
unlikely real whole half single double be been being was were is are am has have had having make makes made
making get gets got getting go goes went gone going come comes came coming take takes took taken taking give
gives gave given giving find finds found finding think thinks thought know knows knew known see sees saw seen
look looks looked looking want wants wanted need needs needed use uses used using works worked working calls
called calling try tries tried trying leave left feel felt become became begin began keep kept hold held write
wrote written read say says said speak spoke talk talked listen hear heard learn learned show shown help helps
helped helping start started stop stopped wait waited waiting send sends sent sending receive received pay pays
paid paying buy bought sell sold cost costs spend spent save saved lose change changed move moved live lived
stay stayed happen happened turn turned follow followed include includes included continue continued set put
bring brought provide provided provides check checked checks update updated create created share shared close
handle handled process processed contacted connect connected complete completed remember forget analysis analyse
analyze data trend figure figures chart percent average total count rate measure estimate compare compared
comparison increase increased decrease decreased revenue sales profit loss budget forecast growth quarter annual
monthly weekly daily method experiment hypothesis theory conclusion abstract introduction section chapter
paragraph sentence example examples detail details note notes point points part parts level levels reasoning
logic quality accurate accuracy consistent relevant useful necessary reasonable appropriate
`
  .trim()
  .split(/\s+/);

/** Common words of technical prose, ordered by how many kinds of documentation use them. */
export const technicalWords: readonly string[] = `
the to a in of for and with that this on an by from it as or if no file all one at command output but also code
run path test its list option add into https so files information user current line than configuration names
support changes these options up added such specified running environment multiple types two target release mode
variable package key system versions named even remove via root match longer tests allow following build context
module supported removed link local custom tree setting out end prefix node input usage existing cache global
flag instance host objects paths sets directory script like users text fix field contains import those attribute
own returned range pass platform specify server based warning project copy enable index deprecated replace
enabled commands generated errors state generate passed runs references exists interface variables scope allowed
size http reference internal allows block inside feature explicitly including base installed entries well log
runtime matching standard entry private creates override network specific lists behavior fields expected defined
content keys stack scripts requires apply times previous relative property itself limit back table exist per
core tags items configured contents headers i adds effect performance outside tag location ignored characters
defaults links means dependencies avoid features rather client token adding bytes metadata length map cause
attributes graph matches automatically ignore install related future fails library failure form none
implementation binary accept present filter require valid header null documentation registry static minimum page
template stream lines load common main response folder strings prevent appear direct export dependency supports
accepts parent fail recommended syntax directly just maximum shows specifying hash event algorithm operations
additional operation packages namespace produce disable currently flags fixed python stored numbers associated
side class three separate alias creating attempt structure external place lock built exit character extra
starting control recent original program methods terminal explicit equal info stable warnings blocks updates
skip pages member execution else correct too issue resources contain groups application changing view systems
query component debug space targets disk top ones native execute detect unknown correctly starts fetch specifies
applied platforms etc passing containing bug detection final print progress accepted ensure patch failed
building configure off absolute delete linked releases listed memory replaced previously special extension
compatibility switch prior corresponding general exported exact issues loop resulting implement compile due
normal latest invalid instances generic prompt older parallel reading particular overrides meaning branch nested
events exactly display title reported strategy processes history reads choose checking modules faster ends break
expression marked commit mark writes shell mapping manual minor modified prints zero nothing definition modify
parse repository exports very generator clean subject arbitrary signature addition directories window loaded
track requested resource individual silently copies compiler enables publish removes deleted session protocol
depends condition compiled addresses consider equivalent sort fixes places considered define git body download
style coverage perform initial readable machine split entire comments expect parsing additionally specification
random except layout limited console experimental flow various describe disabled something others executed
ranges omitted id abort earlier tells pattern unique regardless restore leading comment trusted together const
integration pairs action stage omit literal extended behind spec matched stores doing creation around labels
duplicate documented printed copied limits becomes refers regular higher similar signal appears affect
interfaces bar patterns allowing further managed seconds expressions introduced along clone outputs element
executable treat conditional color legacy members determine deprecation applies prefer profile exception cycle
port refer contexts edit debugging combination immediately referenced disables generation numeric described
actually definitions intended depend generates handling testing hook args four actions basic reduce indicates
produces automatic tokens properly everything reserved implemented attempts skipped undefined fallback url
semantics builds subset writing raw merge remaining let underlying distribution sample unnecessary variants
removing manually passes differences conditions treated bugs thread newer provider nodes projects binaries lead
forward kind backend partial codes management dynamic usable themselves sharing permissions overridden operating
domain software returning classes installing primary generating caller placed declared programs pending suite
caused interactive filename hidden snapshot guide infinite resolves signatures installation development terms
virtual updating identical installs keywords lower aliases trees us ways represent auto unicode constants
streams emit greater stale keyword requirements indicate compute setup endpoint easier processing mechanism
enter replacing follows merged detected differ anything linking invoked actual defining cycles convention
improved attached unit tested temporary components alternative emitted label extensions tables strict difference
according depth symbol published rest trailing reporting major configurations drop smaller cached maintenance
keeps speed guaranteed position locally conversion selection remote elements storage states derived internally
imports optionally ordering pull architecture wrapper mean warns typically displays improve filesystem displayed
archive parsed failing buffer byte raise bit json replaces environments rely requirement cleanup notice
implementations pool warn peer upstream chain renamed timeout embedded stops encoded past certificate handler
variant batch engine choice naming framework produced signed reachable compilation scan converted depending
computed detailed retry compatible ignores dropped causes formatted failures happens specifier negative
configurable edge modes convert moving logging destination filters proxy fast imported allocation generally
helper repeated selected escape listing formats conventions existence recursively simply completion separated
parser developer interpreted payload functionality bound mostly libraries fall reasons located license workspace
logs symbols clients channel branches prefixes contained threads handles arrays minimal capacity desired
hierarchy rewritten workflows connection supporting success series adjust organization receiving bounds
precedence operator begins defines representation term lack preferred registered authors verification scopes
plus describes lets comma maps sorted encoding covered discovered background designed cover optimization safe
prefixed inline ensures behave constant implicit favor connections caching subsequent iteration my units phase
ref larger unsupported design digits operators layer applications force reuse formatting push recently
independent sequence respect unlike affected trace repositories select web validation assume providers effects
quick thus resolving exits breaks pair obtain complex performed visible reached origin showing post workflow
colors quotes enabling compiling capture wrap self incomplete removal down red supplied rejects standalone fully
filtering holds really inputs manage image official suffix performing configuring binding excluding meant
dependent artifacts beginning executes throw assigned elsewhere sync behaviour tagged loading descriptor
identified owner implicitly overflow breaking authentication tier purposes upload combined timing accessible
construct operate duration suppress symbolic overall forms represented catch nor rename async mapped overwrite
onto detects production loads templates hostname protection wrapped bare max relied purpose inherited completely
visual manifest transition unreachable socket fixing away attempting reverse width ownership hit topic sessions
conflict explanation requiring especially specifically owned internals validate duplicated consume proper
dedicated ability column upon identifiers executing jobs marker act initialize hint implements indicating
contributor hand continues acts affects optimized performs strongly yes involved unused pipeline visibility
customize belongs ignoring keeping period providing constraints copying incoming finish append api active app
wrapping scheduled restored marks permitted master endpoints successful expanded filenames emits strip extends
modifying namespaces structures sequential invoke secure redundant credentials determined pointer trust
propagate shorthand portion site primarily usual deleting submodules recorded extend potential bits race
simplify invokes notation interval accessed forced author compares statement respectively signals leaves
unstable potentially excluded normally square similarly locale diagnostic finished suitable initialized belong
unsafe easily developers controls logged pin regression finally allocated incorrect recursive invoking hooks
dead obtained care wish cluster corresponds guard inner maintained highest terminate metrics triggered
successfully expose launch ran frame pointing strictly hints reflect mistake differently sense remains ids
candidate entirely typed checker deep identify front determines register iterate recording occur alone comparing
combine improvements enforce callbacks newly hashes assumed constructor certificates expand trigger non counted
compression semantic restricted queries established significant blank plugin unchanged ending specifiers
languages sizes shape magic transform commits incompatible evaluated declaration edges conflicting logical
padding subdirectories quoted robust mistakes unsigned kinds covers excludes recommend whatever chosen visit
loops packed admin sparse statements descriptors alternate collection preview incorrectly backwards repeat
causing behaves allocate integers solution express threshold optimize html exposed pipe situations discarded
controlled truncated escaped slow comparisons relying identifies regressions closure exclude closest recursion
servers consumed mixed bypass conflicts extract offset ever attach searches leads patches
`
  .trim()
  .split(/\s+/);

/** Runs of punctuation and keys that tool definitions repeat, one a line, spaces as they are. */
export const schemaFragments: readonly string[] = `
{"type": "object", "properties": {"
{"type": "string", "description": "
"type": "string"
"type": "integer"
"type": "number"
"type": "boolean"
"type": "array", "items": {"type": "
"type": "function", "function": {"name": "
"description": "
"parameters": {"type": "object",
"required": ["
"additionalProperties": false}
"enum": ["
"default": "
"name": "
"arguments": {"
"minimum": 0
"maximum": 1
"}, "
"]}}}
", "
": {"
"}}
{"type":"object","properties":{"
{"type":"string","description":"
"type":"array","items":{"type":"
"type":"function","function":{"name":"
"parameters":{"type":"object",
"required":["
"additionalProperties":false}
"enum":["
"description":"
{"id":"call_
"},"
":{"
":"
_id
_at
_name
...
---
**
`
  .trim()
  .split('\n');
