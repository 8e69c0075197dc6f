<?xml version="1.0" encoding="UTF-8"?>
<!-- Deployable, with all defaults filled in (engines/translate/canonical.hpp) -> Pacemaker 2.1.5
     configuration, schema pacemaker-3.9.

     What is known only at run time has a place here, a processing instruction `cpe`, which is filled
     or left out for each CIB (engines/translate/pattern.hpp):
       stop-all                           stop-all-resources, in crm_config
       unmanaged                          rsc_defaults with is-managed=false
       maintained ID ASSEMBLY             attributes of a node that is in maintenance
       reference ID RESOURCE PARAMETER    a parameter whose value is another assembly's
       target-role ID RESOURCE [always]   Stopped, for a service that is held
       threshold ID RESOURCE NUMBER       migration-threshold, 0 where nothing has failed
       status                             the observed state

     Every XML id is a prefix that tells its kind, and a key that is unique among its kind: resource
     ids, names of assemblies, (escaped) ids of constraints. So no two can be the same. Ids of an
     author's own constraints get the prefix "own-". -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="xml" encoding="UTF-8" indent="no"/>
  <xsl:strip-space elements="deployable assemblies assembly services service script parameters parameter constraints"/>

  <!-- Above every preference (at most 100 for each of 1000 assemblies), below INFINITY: what runs
       stays, unless an author's own constraint insists. -->
  <xsl:variable name="default-stickiness" select="200000"/>

  <!-- Services that are clones, by the id of the primitive inside. -->
  <xsl:key name="clone" match="/deployable/services/service[@instances]"
           use="concat('rsc_', @name)"/>

  <xsl:template match="/deployable">
    <cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" admin_epoch="1" epoch="1"
         num_updates="0" have-quorum="1" dc-uuid="0">
      <configuration>
        <crm_config>
          <cluster_property_set id="cpe-options">
            <!-- The scheduler's stonith action is our restart of an instance; guests that boot are
                 not fenced, and no guest waits for a majority of others. -->
            <xsl:call-template name="option">
              <xsl:with-param name="name">stonith-enabled</xsl:with-param>
              <xsl:with-param name="value">true</xsl:with-param>
            </xsl:call-template>
            <xsl:call-template name="option">
              <xsl:with-param name="name">startup-fencing</xsl:with-param>
              <xsl:with-param name="value">false</xsl:with-param>
            </xsl:call-template>
            <xsl:call-template name="option">
              <xsl:with-param name="name">concurrent-fencing</xsl:with-param>
              <xsl:with-param name="value">true</xsl:with-param>
            </xsl:call-template>
            <xsl:call-template name="option">
              <xsl:with-param name="name">no-quorum-policy</xsl:with-param>
              <xsl:with-param name="value">ignore</xsl:with-param>
            </xsl:call-template>
            <xsl:call-template name="option">
              <xsl:with-param name="name">start-failure-is-fatal</xsl:with-param>
              <xsl:with-param name="value">false</xsl:with-param>
            </xsl:call-template>
            <xsl:call-template name="option">
              <xsl:with-param name="name">symmetric-cluster</xsl:with-param>
              <xsl:with-param name="value">false</xsl:with-param>
            </xsl:call-template>
            <xsl:if test="//@utilization">
              <xsl:call-template name="option">
                <xsl:with-param name="name">placement-strategy</xsl:with-param>
                <xsl:with-param name="value">utilization</xsl:with-param>
              </xsl:call-template>
            </xsl:if>
            <xsl:processing-instruction name="cpe">stop-all</xsl:processing-instruction>
          </cluster_property_set>
        </crm_config>
        <nodes>
          <xsl:for-each select="assemblies/assembly">
            <node id="{@uuid}" uname="{@name}">
              <xsl:if test="@leaving">
                <instance_attributes id="leaving-{@name}">
                  <nvpair id="standby-{@name}" name="standby" value="on"/>
                </instance_attributes>
              </xsl:if>
              <xsl:processing-instruction name="cpe">
                <xsl:value-of select="concat('maintained mn-', @name, ' ', @name)"/>
              </xsl:processing-instruction>
              <xsl:call-template name="utilization">
                <xsl:with-param name="key" select="concat('node-', @name)"/>
              </xsl:call-template>
            </node>
          </xsl:for-each>
        </nodes>
        <resources>
          <!-- One fence device that runs nowhere is what the scheduler needs to plan fencing. -->
          <primitive id="fence" class="stonith" type="fence_cpe"/>
          <xsl:apply-templates select="assemblies/assembly/services/*"/>
          <xsl:apply-templates select="services/service" mode="floating"/>
        </resources>
        <constraints>
          <xsl:for-each select="assemblies/assembly/services/*">
            <xsl:variable name="resource"><xsl:apply-templates select="." mode="id"/></xsl:variable>
            <rsc_location id="loc-{$resource}" rsc="{$resource}" node="{../../@name}"
                          score="INFINITY" resource-discovery="exclusive"/>
          </xsl:for-each>
          <xsl:apply-templates select="services/service" mode="location"/>
          <xsl:for-each select="assemblies/assembly">
            <rsc_location id="never-{@name}" rsc="fence" node="{@name}" score="-INFINITY"
                          resource-discovery="never"/>
          </xsl:for-each>
          <!-- A service waits for its configure script, and is stopped before that runs again; not
               for one that a reload took away. -->
          <xsl:for-each select="assemblies/assembly/services/script">
            <xsl:variable name="service" select="../service[concat('rsc_', ../../@name, '_', @name)
                                                            = current()/@configures]"/>
            <xsl:if test="$service and ($service/@retired or not(@retired))">
              <rsc_order id="cfg-{@configures}" first="{@resource}" then="{@configures}"
                         kind="Mandatory"/>
            </xsl:if>
          </xsl:for-each>
          <xsl:for-each select="constraints/service_dependancy">
            <rsc_order id="dep-{@id}" kind="Mandatory">
              <xsl:apply-templates select="@first|@then" mode="resource"/>
            </rsc_order>
          </xsl:for-each>
          <xsl:apply-templates select="constraints/*[not(self::service_dependancy)]" mode="own"/>
        </constraints>
        <xsl:processing-instruction name="cpe">unmanaged</xsl:processing-instruction>
      </configuration>
      <xsl:processing-instruction name="cpe">status</xsl:processing-instruction>
    </cib>
  </xsl:template>

  <xsl:template name="option">
    <xsl:param name="name"/>
    <xsl:param name="value"/>
    <nvpair id="option-{$name}" name="{$name}" value="{$value}"/>
  </xsl:template>

  <xsl:template match="assembly/services/service" mode="id">
    <xsl:value-of select="concat('rsc_', ../../@name, '_', @name)"/>
  </xsl:template>
  <xsl:template match="deployable/services/service" mode="id">
    <xsl:value-of select="concat('rsc_', @name)"/>
  </xsl:template>
  <xsl:template match="script" mode="id"><xsl:value-of select="@resource"/></xsl:template>

  <xsl:template match="service|script">
    <xsl:variable name="resource"><xsl:apply-templates select="." mode="id"/></xsl:variable>
    <primitive id="{$resource}" class="{@class}">
      <xsl:if test="@class = 'ocf'">
        <xsl:attribute name="provider"><xsl:value-of select="@provider"/></xsl:attribute>
      </xsl:if>
      <xsl:attribute name="type"><xsl:value-of select="@type"/></xsl:attribute>
      <xsl:if test="parameters/parameter">
        <instance_attributes id="ia-{$resource}">
          <xsl:apply-templates select="parameters/parameter">
            <xsl:with-param name="resource" select="$resource"/>
          </xsl:apply-templates>
        </instance_attributes>
      </xsl:if>
      <meta_attributes id="ma-{$resource}">
        <xsl:choose>
          <xsl:when test="parent::services/parent::deployable">
            <xsl:apply-templates select="." mode="floating-meta"/>
          </xsl:when>
          <xsl:otherwise>
            <!-- Pinned: nothing moves it, and no threshold saves the scheduler most of its work. -->
            <nvpair id="mt-{$resource}" name="migration-threshold" value="0"/>
            <!-- Not "fencing": a healthy assembly does not wait for another's fencing. -->
            <nvpair id="rq-{$resource}" name="requires" value="quorum"/>
          </xsl:otherwise>
        </xsl:choose>
        <xsl:processing-instruction name="cpe">
          <xsl:value-of select="concat('target-role tr-', $resource, ' ', $resource)"/>
          <xsl:if test="@retired"> always</xsl:if>
        </xsl:processing-instruction>
      </meta_attributes>
      <xsl:apply-templates select="." mode="operations"/>
      <xsl:call-template name="utilization">
        <xsl:with-param name="key" select="$resource"/>
      </xsl:call-template>
    </primitive>
  </xsl:template>

  <xsl:template match="service" mode="floating-meta">
    <xsl:variable name="resource" select="concat('rsc_', @name)"/>
    <xsl:choose>
      <xsl:when test="@migration_threshold">
        <xsl:processing-instruction name="cpe">
          <xsl:value-of select="concat('threshold mt-', $resource, ' ', $resource, ' ',
                                       @migration_threshold)"/>
        </xsl:processing-instruction>
      </xsl:when>
      <!-- So that an instance whose start waits can be kept from its place by an infinite count. -->
      <xsl:when test="@instances">
        <xsl:processing-instruction name="cpe">
          <xsl:value-of select="concat('threshold mt-', $resource, ' ', $resource, ' INFINITY')"/>
        </xsl:processing-instruction>
      </xsl:when>
      <xsl:otherwise>
        <nvpair id="mt-{$resource}" name="migration-threshold" value="0"/>
      </xsl:otherwise>
    </xsl:choose>
    <xsl:if test="@failure_timeout">
      <nvpair id="ft-{$resource}" name="failure-timeout" value="{@failure_timeout}"/>
    </xsl:if>
    <nvpair id="st-{$resource}" name="resource-stickiness">
      <xsl:attribute name="value">
        <xsl:choose>
          <!-- Instances of a clone are alike: the scheduler would have them change places for
               nothing. -->
          <xsl:when test="@instances and @stickiness = 0">1</xsl:when>
          <xsl:when test="@stickiness"><xsl:value-of select="@stickiness"/></xsl:when>
          <xsl:otherwise><xsl:value-of select="$default-stickiness"/></xsl:otherwise>
        </xsl:choose>
      </xsl:attribute>
    </nvpair>
    <!-- It may still run on an assembly that is out of reach: it waits for the fencing. -->
    <nvpair id="rq-{$resource}" name="requires" value="fencing"/>
  </xsl:template>

  <xsl:template match="service|script" mode="operations">
    <xsl:variable name="resource"><xsl:apply-templates select="." mode="id"/></xsl:variable>
    <operations>
      <op id="start-{$resource}" name="start" interval="0" timeout="{@start_timeout}"/>
      <op id="stop-{$resource}" name="stop" interval="0" timeout="{@stop_timeout}"/>
      <xsl:if test="@promotable">
        <op id="promote-{$resource}" name="promote" interval="0" timeout="{@start_timeout}"/>
        <op id="demote-{$resource}" name="demote" interval="0" timeout="{@stop_timeout}"/>
      </xsl:if>
      <op id="probe-{$resource}" name="monitor" interval="0" timeout="{@monitor_timeout}"/>
      <xsl:if test="@monitor_interval">
        <op id="mon-{$resource}" name="monitor" interval="{@monitor_interval}"
            timeout="{@monitor_timeout}">
          <xsl:if test="@promotable">
            <xsl:attribute name="role">Unpromoted</xsl:attribute>
          </xsl:if>
        </op>
      </xsl:if>
      <!-- Recurring monitors of one resource are told apart by their intervals alone, so that of
           the promoted instance is a millisecond longer. -->
      <xsl:if test="@monitor_interval and @promotable">
        <xsl:variable name="number" select="translate(@monitor_interval, 'ms', '')"/>
        <xsl:variable name="unit" select="1000 - 999 * contains(@monitor_interval, 'ms')"/>
        <op id="pro-{$resource}" name="monitor" interval="{$number * $unit + 1}ms"
            timeout="{@monitor_timeout}" role="Promoted"/>
      </xsl:if>
    </operations>
  </xsl:template>

  <xsl:template match="service[not(@instances)]" mode="floating">
    <xsl:apply-templates select="."/>
  </xsl:template>

  <xsl:template match="service[@instances]" mode="floating">
    <xsl:variable name="clone" select="concat('clone_', @name)"/>
    <clone id="{$clone}">
      <meta_attributes id="ma-{$clone}">
        <nvpair id="cm-{$clone}" name="clone-max" value="{@instances}"/>
        <nvpair id="cn-{$clone}" name="clone-node-max" value="1"/>
        <!-- What waits for it waits for the instance beside it where each assembly has one, else
             for all instances: an assembly without one could never have what waits. -->
        <nvpair id="il-{$clone}" name="interleave"
                value="{not(/deployable/services/service[@instances &lt; count(/deployable/assemblies/assembly[not(@leaving)])])}"/>
        <xsl:if test="@promotable">
          <nvpair id="pb-{$clone}" name="promotable" value="true"/>
          <nvpair id="pm-{$clone}" name="promoted-max" value="1"/>
          <nvpair id="pn-{$clone}" name="promoted-node-max" value="1"/>
        </xsl:if>
      </meta_attributes>
      <xsl:apply-templates select="."/>
    </clone>
  </xsl:template>

  <!-- On every assembly, looked for there and nowhere else (what leaves is in standby, but a service
       that runs there must be seen before it is started elsewhere); preferences come on top. -->
  <xsl:template match="service" mode="location">
    <xsl:variable name="name" select="@name"/>
    <xsl:variable name="resource">
      <xsl:call-template name="constrained">
        <xsl:with-param name="resource" select="concat('rsc_', @name)"/>
      </xsl:call-template>
    </xsl:variable>
    <rsc_location id="any-{$resource}" rsc="{$resource}" resource-discovery="exclusive">
      <rule id="rule-{$resource}" score="0">
        <expression id="all-{$resource}" attribute="#uname" operation="defined"/>
      </rule>
    </rsc_location>
    <xsl:call-template name="preferences">
      <xsl:with-param name="names" select="@prefer"/>
      <xsl:with-param name="resource" select="$resource"/>
    </xsl:call-template>
  </xsl:template>

  <!-- 100 for the last name, 100 more for each one before it. -->
  <xsl:template name="preferences">
    <xsl:param name="names"/>
    <xsl:param name="resource"/>
    <xsl:variable name="name" select="substring-before(concat($names, ' '), ' ')"/>
    <xsl:variable name="rest" select="substring-after($names, ' ')"/>
    <xsl:if test="$name">
      <xsl:variable name="after" select="string-length($rest) - string-length(translate($rest, ' ', ''))"/>
      <xsl:variable name="score" select="100 * (1 + $after + ($rest != ''))"/>
      <xsl:if test="not(/deployable/assemblies/assembly[@name = $name]/@leaving)">
        <rsc_location id="like{$score}-{$resource}" rsc="{$resource}" node="{$name}" score="{$score}"/>
      </xsl:if>
      <xsl:call-template name="preferences">
        <xsl:with-param name="names" select="$rest"/>
        <xsl:with-param name="resource" select="$resource"/>
      </xsl:call-template>
    </xsl:if>
  </xsl:template>

  <!-- "cpu=2 memory=512" -->
  <xsl:template name="utilization">
    <xsl:param name="key"/>
    <xsl:if test="@utilization">
      <utilization id="ut-{$key}">
        <xsl:call-template name="capacities">
          <xsl:with-param name="words" select="@utilization"/>
          <xsl:with-param name="key" select="$key"/>
        </xsl:call-template>
      </utilization>
    </xsl:if>
  </xsl:template>

  <xsl:template name="capacities">
    <xsl:param name="words"/>
    <xsl:param name="key"/>
    <xsl:param name="number" select="1"/>
    <xsl:variable name="word" select="substring-before(concat($words, ' '), ' ')"/>
    <xsl:if test="$word">
      <nvpair id="u{$number}-{$key}" name="{substring-before($word, '=')}"
              value="{substring-after($word, '=')}"/>
      <xsl:call-template name="capacities">
        <xsl:with-param name="words" select="substring-after($words, ' ')"/>
        <xsl:with-param name="key" select="$key"/>
        <xsl:with-param name="number" select="$number + 1"/>
      </xsl:call-template>
    </xsl:if>
  </xsl:template>

  <!-- Constraints name the clone, not the primitive inside. -->
  <xsl:template name="constrained">
    <xsl:param name="resource"/>
    <xsl:choose>
      <xsl:when test="key('clone', $resource)">
        <xsl:value-of select="concat('clone_', substring-after($resource, 'rsc_'))"/>
      </xsl:when>
      <xsl:otherwise><xsl:value-of select="$resource"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>
  <xsl:template match="@*" mode="resource">
    <xsl:attribute name="{name()}">
      <xsl:call-template name="constrained">
        <xsl:with-param name="resource" select="."/>
      </xsl:call-template>
    </xsl:attribute>
  </xsl:template>

  <!-- An author's own constraints, word for word but for ids and clones. -->
  <xsl:template match="*" mode="own">
    <xsl:copy>
      <xsl:apply-templates select="@*" mode="own"/>
      <xsl:apply-templates select="*" mode="own"/>
    </xsl:copy>
  </xsl:template>
  <xsl:template match="@*" mode="own"><xsl:copy/></xsl:template>
  <xsl:template match="@id" mode="own">
    <xsl:attribute name="id"><xsl:value-of select="concat('own-', .)"/></xsl:attribute>
  </xsl:template>
  <xsl:template match="@rsc|@with-rsc|@first|@then|resource_ref/@id" mode="own">
    <xsl:apply-templates select="." mode="resource"/>
  </xsl:template>

  <xsl:template match="parameter[value]">
    <xsl:param name="resource"/>
    <nvpair id="p{position()}-{$resource}" name="{@name}" value="{value}"/>
  </xsl:template>

  <xsl:template match="parameter[reference]">
    <xsl:param name="resource"/>
    <xsl:processing-instruction name="cpe">
      <xsl:value-of select="concat('reference p', position(), '-', $resource, ' ', $resource, ' ',
                                   @name)"/>
    </xsl:processing-instruction>
  </xsl:template>
</xsl:stylesheet>
