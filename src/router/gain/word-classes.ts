/** Words by what they say of a prompt: what it wants, what form it has, what it is about. A word may be in several. */
const CLASSES = {
  judging:
    'analyse analyze compare contrast evaluate critique assess discuss examine justify argue interpret',
  explaining: 'explain why how reason reasons because describe understand',
  proving: 'prove proof derive theorem lemma show verify corollary suppose assume given let define',
  programming:
    'algorithm function code python program implement class method string array list integer returns return input output sql javascript java test tests',
  looking: 'who whom whose when where which what',
  composing:
    'write compose draft story poem essay email letter sentence paragraph imagine pretend create generate',
  calculating:
    'calculate compute solve evaluate find determine simplify equation sum product value answer',
  trading:
    'many much total each every per cost costs price pay paid earn earns spend spends sells buys buy bought sold',
  proportions:
    'percent percentage half twice third quarter double triple times ratio average probability rate fraction',
  time: 'hour hours day days week weeks month months year years minute minutes',
  units: 'dollars dollar cents miles feet inches pounds meters km cm kg liters gallons grams',
  denying: 'not except incorrect false never none neither nor cannot without least',
  truth: 'true false statement correct wrong',
  choosing: 'most best likely primarily mainly following',
  reading: 'passage context according text article paragraph below above excerpt',
  rewording: 'translate summarise summarize rewrite edit paraphrase proofread rephrase convert',
  personal: 'i me my mine myself you your yours we us our',
  people: 'he she him her his hers they them their',
  common: 'the a an of in to and for is are was were be with on at by from as that this it or',
  conditions: 'if then else when unless whether',
  state:
    'history war century empire king president government political treaty revolution act court law legal defendant plaintiff contract state states constitution',
  medicine:
    'patient blood disease symptoms treatment diagnosis clinical therapy pain cells protein gene dna virus infection drug year-old',
  physics:
    'energy force mass velocity charge electron electrons atom atoms molecule reaction acid temperature pressure wave field',
  ideas: 'moral theory philosophy ethics argument principle social psychology behavior',
  economy: 'market firm demand supply price prices economy inflation money tax income capital bank',
  reasoning:
    'step steps reasoning think carefully choose options option question questions answers multiple choice',
};

const WORDS_OF = Object.values(CLASSES).map((words) => words.split(' '));
const CLASSES_OF = classesOf();
const NONE: readonly number[] = [];

function classesOf(): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const [at, words] of WORDS_OF.entries()) {
    for (const word of words) found.set(word, [...(found.get(word) ?? []), at]);
  }
  return found;
}

/** How many words of each class there are, a class a number. */
export function countWordClasses(words: readonly string[]): readonly number[] {
  const counts = new Array<number>(WORDS_OF.length).fill(0);
  for (const word of words) {
    for (const at of CLASSES_OF.get(word) ?? NONE) counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}
