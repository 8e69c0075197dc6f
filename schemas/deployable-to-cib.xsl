<?xml version="1.0" encoding="UTF-8"?>
<!-- Deployable, with all defaults filled in (engines/translate/canonical.hpp) -> Pacemaker 2.1.5
     configuration, schema pacemaker-3.9.

     What is known only at run time has a place here, a processing instruction `cpe`, which is filled
     or left out for each CIB (engines/translate/pattern.hpp):
       stop-all                           stop-all-resources, in crm_config
       reference ID RESOURCE PARAMETER    a parameter whose value is another assembly's
       target-role ID RESOURCE            Stopped, for a service that is held
       status                             the observed state

     Every XML id is a prefix that tells its kind, and a key that is unique among its kind: resource
     ids, names of assemblies, (escaped) ids of constraints. So no two can be the same. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="xml" encoding="UTF-8" indent="no"/>
  <xsl:strip-space elements="deployable assemblies assembly services service parameters parameter constraints"/>

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
            <xsl:processing-instruction name="cpe">stop-all</xsl:processing-instruction>
          </cluster_property_set>
        </crm_config>
        <nodes>
          <xsl:for-each select="assemblies/assembly">
            <node id="{@uuid}" uname="{@name}"/>
          </xsl:for-each>
        </nodes>
        <resources>
          <!-- One fence device that runs nowhere is what the scheduler needs to plan fencing. -->
          <primitive id="fence" class="stonith" type="fence_cpe"/>
          <xsl:apply-templates select="assemblies/assembly/services/service"/>
        </resources>
        <constraints>
          <xsl:for-each select="assemblies/assembly/services/service">
            <xsl:variable name="resource" select="concat('rsc_', ../../@name, '_', @name)"/>
            <rsc_location id="loc-{$resource}" rsc="{$resource}" node="{../../@name}"
                          score="INFINITY" resource-discovery="exclusive"/>
          </xsl:for-each>
          <xsl:for-each select="assemblies/assembly">
            <rsc_location id="never-{@name}" rsc="fence" node="{@name}" score="-INFINITY"
                          resource-discovery="never"/>
          </xsl:for-each>
          <xsl:for-each select="constraints/service_dependancy">
            <rsc_order id="dep-{@id}" first="{@first}" then="{@then}" kind="Mandatory"/>
          </xsl:for-each>
        </constraints>
      </configuration>
      <xsl:processing-instruction name="cpe">status</xsl:processing-instruction>
    </cib>
  </xsl:template>

  <xsl:template name="option">
    <xsl:param name="name"/>
    <xsl:param name="value"/>
    <nvpair id="option-{$name}" name="{$name}" value="{$value}"/>
  </xsl:template>

  <xsl:template match="service">
    <xsl:variable name="resource" select="concat('rsc_', ../../@name, '_', @name)"/>
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
        <!-- Pinned: nothing moves it, and no threshold saves the scheduler most of its work. -->
        <nvpair id="mt-{$resource}" name="migration-threshold" value="0"/>
        <!-- Not "fencing": a healthy assembly does not wait for another's fencing. -->
        <nvpair id="rq-{$resource}" name="requires" value="quorum"/>
        <xsl:processing-instruction name="cpe">
          <xsl:value-of select="concat('target-role tr-', $resource, ' ', $resource)"/>
        </xsl:processing-instruction>
      </meta_attributes>
      <operations>
        <op id="start-{$resource}" name="start" interval="0" timeout="{@start_timeout}"/>
        <op id="stop-{$resource}" name="stop" interval="0" timeout="{@stop_timeout}"/>
        <op id="probe-{$resource}" name="monitor" interval="0" timeout="{@monitor_timeout}"/>
        <xsl:if test="@monitor_interval">
          <op id="mon-{$resource}" name="monitor" interval="{@monitor_interval}"
              timeout="{@monitor_timeout}"/>
        </xsl:if>
      </operations>
    </primitive>
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
